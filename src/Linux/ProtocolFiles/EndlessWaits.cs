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

    /// <param name="steps">Every step of the protocol with its line and its role.</param>
    public static IEnumerable<(int Line, string Message)> Of(
        IReadOnlyCollection<(Step Step, int Line, string Role)> steps) =>
    [
        .. from wait in Waits
           where !steps.Any(s => s.Step == wait.End)
           from step in steps
           where step.Step == wait.Wait
           select (step.Line, $"\"{wait.Wait}\" waits for ever, because no {wait.Performer} performs \"{wait.End}\""),
        .. from step in steps
           where step.Step is AwaitWord wait && !MayHold(wait, steps)
           select (step.Line, $"\"{step.Step}\" waits for ever, because no steps give {((AwaitWord)step.Step).Name} "
               + "that value"),
        .. from step in steps.Where(s => s.Role == ProtocolRole.Handler).Take(1)
           where !steps.Any(s => s.Step is SendIpi)
           select (step.Line, $"no CPU performs the phases {ProtocolRole.Handler}, because none performs "
               + $"\"{SendIpi.Instance}\""),
    ];

    // Every secondary adds to the word, or every CPU that takes an interrupt, and there may be any number of them.
    private static bool MayHold(AwaitWord wait, IReadOnlyCollection<(Step Step, int Line, string Role)> steps)
    {
        var added = steps.Where(s => s.Step is AddToWord add && add.Name == wait.Name).ToList();
        int[] set = [0, .. steps.Select(s => s.Step).OfType<SetWord>().Where(s => s.Name == wait.Name)
            .Select(s => s.Value)];
        int most = added.Any(s => s.Role == ProtocolRole.TextOf(Role.Secondaries) || s.Role == ProtocolRole.Handler)
            ? int.MaxValue : added.Count;
        return wait.Operand.OfCpus ? most > 0 || set.Length > 1
            : set.Any(v => v <= wait.Operand.Number && wait.Operand.Number - v <= most);
    }
}
