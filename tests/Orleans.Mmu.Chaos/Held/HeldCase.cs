using System.Globalization;
using Orleans.Mmu.Arm.Choices;
using Orleans.Mmu.Chaos.Moments;

namespace Orleans.Mmu.Chaos.Held;

/// <summary>
/// One trial: a call of a boot is held, something befalls the cluster meanwhile, and the call goes on. All of it
/// follows from a seed.
/// </summary>
/// <param name="Hold">The call.</param>
/// <param name="Fault">What happens while it is held.</param>
internal sealed record HeldCase(long Seed, Strike Hold, HeldFault Fault)
{
    private static readonly Moment[] Moments =
    [
        Moment.Gathering, Moment.Perform, Moment.Changing, Moment.Split, Moment.Released, Moment.Report, Moment.Protect,
    ];

    /// <param name="faults">The seed chooses one of them.</param>
    public static HeldCase Of(long seed, IReadOnlyList<HeldFault> faults)
    {
        var choice = new SeededChoice(unchecked((ulong)seed));
        var moment = Moments[choice.Index(Moments.Length, Purpose.Victim)];
        int nth = 1 + choice.Index(moment is Moment.Perform or Moment.Split ? 5 : 1, Purpose.Access);
        return new(seed, new(StrikeKind.Hold, moment, choice.Index(2, Purpose.Page) == 0, nth),
            faults[choice.Index(faults.Count, Purpose.Walk)]);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"seed {Seed}: {Hold}, {Fault.Name}");
}
