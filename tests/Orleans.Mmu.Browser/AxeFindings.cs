using System.Collections.Immutable;
using System.Text.Json;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Orleans.Mmu.Browser;

/// <summary>
/// What axe finds in a page. It runs in the page itself, which has no frames: Deque's own call puts the results
/// together in a second tab, which takes several times as long.
/// </summary>
/// <param name="Passed">The number of rules that the page keeps.</param>
/// <param name="Broken">The broken rules, each with the first element that breaks it.</param>
public sealed record AxeFindings(int Passed, ImmutableArray<string> Broken)
{
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    /// <param name="rules">The rules to ask; all where there are none.</param>
    public static async Task<AxeFindings> OfAsync(IPage page, string[] rules)
    {
        if (await page.EvaluateAsync<bool>("typeof window.axe === 'undefined'"))
            await page.EvaluateAsync(Axe);
        string json = await page.EvaluateAsync<string>(
            """
            async rules => {
              const options = { resultTypes: ["violations"] };
              if (rules.length > 0)
                options.runOnly = { type: "rule", values: rules };
              const result = await window.axe.run(document, options);
              return JSON.stringify({
                Passed: result.passes.length,
                Broken: result.violations.map(v => `${v.id}: ${v.help}: ${v.nodes[0].html}`),
              });
            }
            """, rules);
        return JsonSerializer.Deserialize<AxeFindings>(json)!;
    }
}
