using System.Globalization;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Commands;

/// <summary>Progress lines for a log: one in each period, and none for quick work.</summary>
internal sealed class ProgressLines
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private TimeSpan _due = First;

    /// <summary>The line that is due, or null.</summary>
    public string? Next(TimeSpan elapsed, BootProgress progress)
    {
        if (elapsed < _due)
            return null;
        _due = elapsed + Period;
        string activity = OneLine.Of(progress.Activity);
        return progress.Total > 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{activity}: {progress.Done:N0} of {progress.Total:N0} ({elapsed.TotalSeconds:0} s)")
            : string.Create(CultureInfo.InvariantCulture, $"{activity} ({elapsed.TotalSeconds:0} s)");
    }
}
