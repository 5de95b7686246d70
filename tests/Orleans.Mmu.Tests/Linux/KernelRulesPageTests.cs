using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>docs/kernel-rules.md says what the program does.</summary>
public sealed class KernelRulesPageTests
{
    private static readonly string[] Page = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "kernel-rules.md"));

    [Fact]
    public void Its_first_table_is_the_table_of_rules() =>
        Assert.Equal(KernelRules.Changes.Select(v => Row(KernelRules.Of(v))), Page.Where(
            l => l.StartsWith("| 6.", StringComparison.Ordinal) || l.StartsWith("| 7.", StringComparison.Ordinal)));

    [Fact]
    public void Its_second_table_is_the_list_of_mistakes() =>
        Assert.Equal(
            KernelBug.All.Select(b => $"| `{b.Name}` | {b.Since} | {b.FixedIn} | {b.Fix} |"),
            Page.Where(l => l.StartsWith("| `", StringComparison.Ordinal)));

    [Fact]
    public void Its_third_table_is_the_named_configurations() =>
        Assert.Equal(
            KernelConfig.Named.Select(n => $"| {n.Name} | {YesNo(n.Config.Kfence)} | {n.Config.KfenceSampleInterval} "
                + $"| {n.Config.KfenceObjects} | {YesNo(n.Config.RodataFullDefault)} |"),
            KernelConfig.Named.Select(n => Page.Single(l => l.StartsWith($"| {n.Name} |", StringComparison.Ordinal)))
                .Select(l => string.Join('|', l.Split('|')[..6]) + "|"));

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static string Row(KernelRules rules)
    {
        string data = rules.DataAlias switch
        {
            AliasPermission.Writable => "writable",
            AliasPermission.ReadOnly => "read-only",
            _ => "invalid",
        };
        int listed = rules.AllowList.Ranges.Count;
        string qualify = listed == 0 ? "none"
            : $"{listed} kinds of MIDR{(rules.TrustsIdRegister ? ", or ID_AA64MMFR2_EL1.BBM = 3" : "")}";
        return $"| {rules.Version} | {(rules.AliasFromText ? "`_text`" : "`_stext`")} | "
            + $"{(rules.PaintsImageFirst ? "blocks, contiguous" : "blocks")} | {data} "
            + $"| {(rules.RodataOnIsFull ? "`on`, `noalias`, `off`" : "`full`, `on`, `off`")} | "
            + $"{(rules.SplitsLinearMap ? "yes" : "no")} "
            + $"| {(rules.Capability is { } name ? $"`{name}`" : "none")} | {qualify} |";
    }
}
