using System.Globalization;
using Orleans.Mmu.Chaos.Processes;

namespace Orleans.Mmu.Chaos.Freezes;

/// <summary>What became of a machine whose coordinator's silo was frozen.</summary>
internal sealed record FreezeResult(FreezeCase Case)
{
    /// <summary>Active silos when the trial began, by the table of members.</summary>
    public int ActiveAtStart { get; init; }

    /// <summary>Active silos when the client had ended and every silo had gone on.</summary>
    public int ActiveAtEnd { get; init; }

    /// <summary>Every silo was active when the trial began: otherwise it says nothing.</summary>
    public bool IsWhole => ActiveAtStart == Case.Silos;

    /// <summary>
    /// The boot began: where the machine is too busy, the command may find no silo in its time and say so.
    /// </summary>
    public bool IsBegun { get; init; } = true;

    /// <summary>How often a silo was frozen; 0 where the boot never came to the moment.</summary>
    public int Frozen { get; init; }

    /// <summary>The first silo went on while another coordinator held the run.</summary>
    public bool IsDuel { get; init; }

    /// <summary>The first silo's coordinator took the run up after it went on.</summary>
    public bool IsTakenBack { get; init; }

    /// <summary>How often the run was taken up.</summary>
    public int TakenUp { get; init; }

    /// <summary>Looks at a CPU while the tables changed.</summary>
    public int Looks { get; init; }

    /// <summary>CPUs that lack the level and were seen on the map, or not parked, while the tables changed.</summary>
    public IReadOnlyList<string> OnMap { get; init; } = [];

    /// <summary>Ended runs that were open again.</summary>
    public IReadOnlyList<string> Reopened { get; init; } = [];

    public ClientProcess? Client { get; init; }

    /// <summary>How the client's exit code, its report or the machine differ from an undisturbed boot's.</summary>
    public string? WrongVerdict { get; init; }

    public bool IsGood => OnMap.Count == 0 && Reopened.Count == 0 && WrongVerdict is null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Case}: {(IsWhole ? "" : "CLUSTER NOT WHOLE; ")}{ActiveAtStart} silos active, {ActiveAtEnd} at the end; "
        + $"frozen {Frozen}, taken up {TakenUp}{(IsDuel ? ", duel" : "")}{(IsTakenBack ? ", taken back" : "")}; "
        + $"{Looks} looks, {OnMap.Count} on the map, {Reopened.Count} opened again; exit {Client?.Code} after "
        + $"{Client?.Took.TotalSeconds:0.0} s{(WrongVerdict is null ? "" : "; WRONG: " + WrongVerdict)}"
        + $"{string.Concat(OnMap.Concat(Reopened).Distinct().Take(5).Select(w => "\n   " + w))}");
}
