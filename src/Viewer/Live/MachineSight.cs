using Orleans.Mmu.Checking.Replay;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Viewer.Live;

/// <summary>What can be seen of a machine at a moment.</summary>
public abstract record MachineSight : ILiveSight
{
    private MachineSight()
    {
    }

    /// <summary>The counterexample that the machine performs; null for every other boot.</summary>
    public ReplayScript? Replay { get; init; }

    /// <summary>Nothing will change any more.</summary>
    public abstract bool IsLast { get; }

    /// <summary>Equal for two sights that show the same.</summary>
    public abstract object Mark { get; }

    public Task<string> FragmentAsync() => LivePage.FragmentAsync(this);

    /// <summary>No machine has the key.</summary>
    public sealed record Unknown : MachineSight
    {
        public override bool IsLast => true;

        public override object Mark => nameof(Unknown);
    }

    /// <summary>A boot that was asked for here and that the silo has not begun.</summary>
    public sealed record Asked(BootRequest Request, BootProgress Progress) : MachineSight
    {
        public override bool IsLast => false;

        public override object Mark => Progress.Activity;
    }

    /// <summary>A boot that was asked for here and that the silo did not begin or did not end.</summary>
    /// <param name="Sentence">Why.</param>
    public sealed record Refused(BootRequest Request, string Sentence) : MachineSight
    {
        public override bool IsLast => true;

        public override object Mark => Sentence;
    }

    /// <summary>A boot that has no report: it is under way, or was cancelled or removed.</summary>
    public sealed record Booting(MachineDetails Details) : MachineSight
    {
        public override bool IsLast => !Details.Entry.IsOpen;

        public override object Mark => (
            Details.Entry, Details.TakenUp, Details.RunPhase, Details.Log.Length, Details.Progress.Activity,
            Details.Progress.Done, Course: (
                Details.Progress.Run?.Waiting, Details.Progress.Run?.SplitBlocks, Details.Progress.Run?.Windows,
                Details.Progress.Run?.Violations));
    }

    /// <summary>A boot that has ended.</summary>
    public sealed record Ended(MachineDetails Details, BootReport Report) : MachineSight
    {
        public override bool IsLast => true;

        public override object Mark => nameof(Ended);
    }
}
