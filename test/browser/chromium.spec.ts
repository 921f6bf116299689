import { BROWSER_START_MS, findChromium, launchChromium } from '../support/chromium.js';

describe('the browser of the tests', () => {
  it('is the one that CHROMIUM names, else one on the PATH', () => {
    expect(findChromium({ CHROMIUM: '/opt/browser', PATH: '' })).toBe('/opt/browser');
    expect(findChromium()).toMatch(/chrom/i);
  });

  it(
    'runs a page',
    async () => {
      const browser = await launchChromium();
      try {
        const page = await browser.newPage();
        await page.setContent('<h1>ready</h1>');
        expect(await page.textContent('h1')).toBe('ready');
      } finally {
        await browser.close();
      }
    },
    BROWSER_START_MS,
  );
});
