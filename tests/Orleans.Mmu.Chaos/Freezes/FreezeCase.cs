using System.Globalization;
using Orleans.Mmu.Arm.Choices;
using Orleans.Mmu.Chaos.Moments;
using Orleans.Mmu.Grains.Options;

namespace Orleans.Mmu.Chaos.Freezes;

/// <summary>When the silo that was frozen first goes on.</summary>
internal enum ThawWhen
{
    /// <summary>Another coordinator has taken the run up.</summary>
    TakenUp,

    /// <summary>Another coordinator has written Changing, or has had a block split.</summary>
    Changes,

    /// <summary>Another coordinator has written Released.</summary>
    Released,

    /// <summary>Another coordinator has written its report.</summary>
    Reported,

    /// <summary>The second silo is frozen, too.</summary>
    SecondFrozen,

    /// <summary>The client has its answer.</summary>
    Answered,
}

/// <summary>
/// One trial: what boots, on which cluster, where its coordinator's silo is frozen, where that of the coordinator which
/// follows, and when the first goes on. All of it follows from a seed.
/// </summary>
/// <param name="First">Freezes the silo of the first coordinator.</param>
/// <param name="Second">Freezes a silo on which the run was taken up; null where none is.</param>
internal sealed record FreezeCase(
    long Seed, int Silos, MachineSpread Spread, string Machine, Strike First, Strike? Second, ThawWhen Thaw)
{
    private static readonly Moment[] Firsts =
    [
        Moment.Gathering, Moment.Perform, Moment.Perform, Moment.Changing, Moment.Changing, Moment.Split, Moment.Split,
        Moment.Released, Moment.Report, Moment.Protect,
    ];

    private static readonly Moment[] Seconds =
    [
        Moment.TakeUp, Moment.Claim, Moment.Perform, Moment.Changing, Moment.Split, Moment.Released, Moment.Report,
    ];

    private static readonly ThawWhen[] Alone =
        [ThawWhen.TakenUp, ThawWhen.TakenUp, ThawWhen.Changes, ThawWhen.Released, ThawWhen.Reported, ThawWhen.Answered];

    private static readonly ThawWhen[] Together =
        [ThawWhen.SecondFrozen, ThawWhen.SecondFrozen, ThawWhen.TakenUp, ThawWhen.Changes];

    public static FreezeCase Of(long seed, int silos, MachineSpread spread)
    {
        var choice = new SeededChoice(unchecked((ulong)seed));
        bool isLarge = choice.Index(4, Purpose.Area) == 0;
        var first = StrikeOf(Firsts, 1, 1);
        var second = choice.Index(2, Purpose.Hunter) == 0 ? null : StrikeOf(Seconds, 2, long.MaxValue);
        var thaws = second is null ? Alone : Together;
        return new(seed, silos, spread, isLarge ? "ampereone-192-asymmetric" : "asymmetric", first, second,
            thaws[choice.Index(thaws.Length, Purpose.Walk)]);

        Strike StrikeOf(Moment[] moments, long epoch, long last)
        {
            var moment = moments[choice.Index(moments.Length, Purpose.Victim, epoch)];
            int most = moment switch
            {
                Moment.Perform => isLarge ? 400 : 20,
                Moment.Split => 5,
                _ => 1,
            };
            return new(StrikeKind.Freeze, moment, choice.Index(2, Purpose.Page, epoch) == 0,
                1 + choice.Index(most, Purpose.Access, epoch), epoch, last);
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"seed {Seed}: {Machine} on {Silos} silos, {Spread}; the first is frozen {First}, the second "
        + $"{Second?.ToString() ?? "never"}; the first goes on when {Thaw}");
}
