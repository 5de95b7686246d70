using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Linux.ProtocolFiles;

/// <summary>
/// Waits that no step of a protocol can end. Such a protocol may be checked all the same, and the checker finds the
/// endless wait.
/// </summary>
internal static class EndlessWaits
{
    private static readonly (Step Wait, Step End, string Performer)[] Waits =
    [
        (AwaitAll.Instance, CountIn.Instance, "secondary"),
        (AwaitRelease.Instance, ClearFlag.Instance, "boot CPU"),
    ];

    /// <param name="steps">Every step of the protocol with its line.</param>
    public static IEnumerable<(int Line, string Message)> Of(IReadOnlyCollection<(Step Step, int Line)> steps) =>
        from wait in Waits
        where !steps.Any(s => s.Step == wait.End)
        from step in steps
        where step.Step == wait.Wait
        select (step.Line, $"\"{wait.Wait}\" waits for ever, because no {wait.Performer} performs \"{wait.End}\"");
}
