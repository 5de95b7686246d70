using System.Collections.Immutable;
using System.Text.Json;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Orleans.Mmu.Browser;

/// <summary>
/// What axe finds in a page. It runs in the page itself, which has no frames: Deque's own call puts the results
/// together in a second tab, which takes several times as long.
/// </summary>
/// <param name="Judged">The number of rules that axe has judged the page by.</param>
/// <param name="Broken">The broken rules, each with the first element that breaks it.</param>
public sealed record AxeFindings(int Judged, ImmutableArray<string> Broken)
{
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    private const string Contrast = """{ runOnly: { type: "rule", values: ["color-contrast"] } }""";

    /// <summary>All rules but that of contrast, which takes three quarters of the time of all.</summary>
    public static Task<AxeFindings> OfDocumentAsync(IPage page) =>
        OfAsync(page, "document", """{ rules: { "color-contrast": { enabled: false } } }""");

    /// <summary>
    /// The rule of contrast. A text that looks as another one does is not asked about again: the same colours and
    /// sizes, in elements of the same kinds and classes from the top of the page down.
    /// </summary>
    public static Task<AxeFindings> OfColoursAsync(IPage page) => OfAsync(page, """
        (() => {
          const looks = new Map();
          const paths = new Map();
          const pathOf = e => {
            if (!e || e === document.documentElement)
              return "";
            if (!paths.has(e)) {
              const style = getComputedStyle(e);
              paths.set(e, `${pathOf(e.parentElement)}>${e.tagName}.${e.className.baseVal ?? e.className}`
                + `/${style.color}/${style.fill}/${style.backgroundColor}/${style.backgroundImage}/${style.opacity}`
                + `/${style.fontSize}/${style.fontWeight}`);
            }
            return paths.get(e);
          };
          for (const e of document.body.querySelectorAll("*"))
            if ([...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim()) && e.checkVisibility())
              looks.set(pathOf(e), e);
          return { include: [...looks.values()] };
        })()
        """, Contrast);

    /// <summary>The rules, beside that of contrast, whose answer depends on colours or on the width.</summary>
    public static Task<AxeFindings> OfWidthAsync(IPage page) => OfAsync(page, "document",
        """{ runOnly: { type: "rule", values: ["link-in-text-block", "scrollable-region-focusable"] } }""");

    /// <param name="parts">What is looked at, in JavaScript.</param>
    /// <param name="options">axe's options, in JavaScript.</param>
    private static async Task<AxeFindings> OfAsync(IPage page, string parts, string options)
    {
        if (await page.EvaluateAsync<bool>("typeof window.axe === 'undefined'"))
            await page.EvaluateAsync(Axe);
        string json = await page.EvaluateAsync<string>($$"""
            async () => {
              const result = await window.axe.run({{parts}}, { resultTypes: ["violations"], ...{{options}} });
              return JSON.stringify({
                Judged: result.passes.length + result.inapplicable.length + result.violations.length,
                Broken: result.violations.map(v => `${v.id}: ${v.help}: ${v.nodes[0].html}`),
              });
            }
            """);
        return JsonSerializer.Deserialize<AxeFindings>(json)!;
    }
}
