// A page in Angular, compiled in the browser and without zones.

import "@angular/compiler";
import { CUSTOM_ELEMENTS_SCHEMA, Component, provideZonelessChangeDetection, signal } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";

const { session, tell } = (globalThis as any).product;
const part = signal<string | undefined>(undefined);

@Component({ selector: "app-effect", template: "<p>Opening</p>" })
class Effect {
  ngOnInit() {
    (globalThis as any).Latchkey.open({ session }).then(tell);
  }
  ngOnDestroy() {
    (globalThis as any).Latchkey.close();
  }
}

@Component({
  selector: "#root",
  imports: [Effect],
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    @switch (part()) {
      @case ("button") { <button id="open" data-latchkey-session="">Connect</button> }
      @case ("effect") { <app-effect /> }
      @case ("element") {
        <latchkey-connect id="flow" session="" theme="dark" (latchkey-success)="tell($event)" (latchkey-close)="tell($event)" />
      }
    }
  `,
})
class Product {
  part = part;
  tell = tell;
}

bootstrapApplication(Product, { providers: [provideZonelessChangeDetection()] }).then(() => {
  (globalThis as any).show = (name?: string) => part.set(name);
});
