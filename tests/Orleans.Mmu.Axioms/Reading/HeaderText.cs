using System.Text.RegularExpressions;
using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Reading;

/// <summary>A test's name and what its header's lines say.</summary>
internal sealed partial record HeaderText(
    string Name, AfterFault AfterFault, bool HasVariantEts2, IReadOnlySet<int> Unprivileged,
    IReadOnlySet<int> Accessed, IReadOnlySet<int> Dirty)
{
    public static HeaderText Read(string text)
    {
        var name = text.Split('\n')[0].Trim();
        var after = AfterFault.Ends;
        var ets2 = false;
        HashSet<int> unprivileged = [], accessed = [], dirty = [];
        foreach (Match line in KeyAndValue().Matches(text))
        {
            var value = line.Groups[2].Value.Trim();
            switch (line.Groups[1].Value.ToUpperInvariant())
            {
                case "VARIANT":
                    foreach (var variant in value.Split(',').Select(each => each.Trim().ToUpperInvariant()))
                    {
                        ets2 |= variant == "ETS2";
                        after = variant switch
                        {
                            "VMSA" or "FATAL" or "PRECISE" or "ETS2" => after,
                            "IMPRECISE" or "HANDLED" => AfterFault.Retries,
                            "FAULTTONEXT" or "SKIP" => AfterFault.Skips,
                            _ => throw new NotExpressibleException($"variant {variant}"),
                        };
                    }
                    break;
                case "EL0":
                    unprivileged.UnionWith(CpuNumber().Matches(value).Select(each => int.Parse(each.Groups[1].Value)));
                    break;
                case "TTHM":
                    ReadUpdates(value, accessed, dirty);
                    break;
                case "TTHM_UNKNOWN" or "CACHETYPE":
                    throw new NotExpressibleException(line.Value);
                default:
                    break;
            }
        }
        return new HeaderText(name[(name.IndexOf(' ') + 1)..], after, ets2, unprivileged, accessed, dirty);
    }

    private static void ReadUpdates(string value, HashSet<int> accessed, HashSet<int> dirty)
    {
        foreach (var part in value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var match = Updates().Match(part);
            if (!match.Success)
                throw new NotExpressibleException($"TTHM={value}");
            int[] cpus = match.Groups[1].Success ? [int.Parse(match.Groups[1].Value)] : [.. Enumerable.Range(0, 8)];
            accessed.UnionWith(cpus);
            if (match.Groups[2].Value == "HD")
                dirty.UnionWith(cpus);
        }
    }

    [GeneratedRegex(@"^\s*([A-Za-z0-9_]+)\s*=([^\r\n]*)", RegexOptions.Multiline)]
    private static partial Regex KeyAndValue();

    [GeneratedRegex(@"P(\d)")]
    private static partial Regex CpuNumber();

    [GeneratedRegex(@"^(?:P(\d+):)?(HA|HD)$")]
    private static partial Regex Updates();
}
