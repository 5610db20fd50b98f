// A page in Svelte 5.

import { mount } from "svelte";
import Product from "./Product.svelte";

mount(Product, { target: document.getElementById("root") });
