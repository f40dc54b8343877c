package io.luhproc.daemon.page;

/** Finds text that is hard to read, see WCAG 2.2, section 1.4.3. */
final class Contrast {
  /** Evaluates to the texts with a contrast below 4.5, each in a line; empty if there is none. */
  static final String SCRIPT =
      """
      (() => {
        const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
        const rgb = (...colors) => {
          canvas.clearRect(0, 0, 1, 1);
          for (const color of colors) {
            canvas.fillStyle = color;
            canvas.fillRect(0, 0, 1, 1);
          }
          return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
        };
        const luminance = (color) => {
          const [r, g, b] = color.map((it) => it / 255)
              .map((it) => it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4);
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const grounds = (element) => element
            ? [...grounds(element.parentElement), getComputedStyle(element).backgroundColor] : [];
        const bad = new Set();
        const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (nodes.nextNode()) {
          const element = nodes.currentNode.parentElement;
          const isShown = nodes.currentNode.data.trim() !== '' && element.checkVisibility();
          if (!isShown || element.closest('svg, option, noscript')) continue;
          const under = grounds(element);
          const [a, b] = [rgb(...under), rgb(...under, getComputedStyle(element).color)]
              .map(luminance).sort((x, y) => x - y);
          const ratio = (b + 0.05) / (a + 0.05);
          if (ratio < 4.5) {
            bad.add(`${ratio.toFixed(2)} ${element.className} ${nodes.currentNode.data.trim()}`);
          }
        }
        return [...bad].join('\\n');
      })()
      """;

  private Contrast() {}
}
