// A page in Vue 3.

import { createApp } from "vue";
import Product from "./Product.vue";

createApp(Product).mount("#root");
