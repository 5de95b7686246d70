namespace Orleans.Mmu.Tests.Traces;

/// <summary>A verdict on a trace, beside the expected one.</summary>
internal static class CasemateVerdict
{
    public static void Check(Orleans.Mmu.Traces.Lint.LintResult result, bool legal, string rule = "", string what = "")
    {
        if (legal)
        {
            Assert.Null(result.Violation?.Reason);
            return;
        }

        Assert.NotNull(result.Violation);
        Assert.Contains(rule, result.Violation.Reason, StringComparison.Ordinal);
        Assert.Contains(what, result.Violation.Reason, StringComparison.Ordinal);
    }
}
