/** A page without a browser, in which React renders. Import it before anything that imports `react-dom/client`: React looks at the page once. */
import { Window } from 'happy-dom';
import type { ReactNode } from 'react';

const NAMES = ['window', 'document', 'navigator', 'HTMLElement', 'HTMLIFrameElement', 'Node', 'Event'] as const;

export class ReactPage implements AsyncDisposable {
  private constructor(
    private readonly root: { render(node: ReactNode): void; unmount(): void },
    readonly element: { readonly textContent: string | null; innerHTML: string },
    private readonly close: () => Promise<void>,
  ) {}

  /** @param html what a server has rendered: React takes it over */
  static async open(node: ReactNode, html?: string): Promise<ReactPage> {
    const window = new Window();
    const kept = NAMES.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
    for (const name of NAMES) {
      const value: unknown = name === 'window' ? window : window[name];
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
    const element = window.document.createElement('div');
    window.document.body.append(element);
    const { createRoot, hydrateRoot } = await import('react-dom/client');
    // The types of happy-dom are its own; React asks for those of browsers.
    const container = element as unknown as HTMLElement;
    const root = html === undefined ? createRoot(container) : ((element.innerHTML = html), hydrateRoot(container, node));
    if (html === undefined) root.render(node);
    return new ReactPage(root, element, async () => {
      await window.happyDOM.close();
      for (const [name, descriptor] of kept) {
        Reflect.deleteProperty(globalThis, name);
        if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      }
    });
  }

  get text(): string {
    return this.element.textContent ?? '';
  }

  render(node: ReactNode): void {
    this.root.render(node);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.root.unmount();
    // What React has put off until after the present turn still needs the page.
    await new Promise((resolve) => setTimeout(resolve));
    await this.close();
  }
}
