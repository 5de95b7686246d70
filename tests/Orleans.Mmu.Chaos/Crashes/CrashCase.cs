using System.Globalization;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Choices;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Linux.ProtocolFiles;

namespace Orleans.Mmu.Chaos.Crashes;

/// <summary>
/// One crash: what boots, on how many silos, which silo dies, when, and whether another takes its place at once. All
/// of it follows from a seed.
/// </summary>
/// <param name="Seed">Of the crash, and of the adversary of its boot.</param>
/// <param name="Victim">The silo that dies.</param>
/// <param name="Part">When, as a part of the moments that the silo has in such a boot: 0 to 1.</param>
/// <param name="Cpus">The machine's CPUs; the boot CPU may split live, the others may not.</param>
/// <param name="ReplacedAtOnce">A silo takes the dead one's place before the others have noticed that it is
/// dead.</param>
internal sealed record CrashCase(
    long Seed, int Silos, MachineSpread Spread, int Victim, double Part, int Cpus, bool ReplacedAtOnce)
{
    public static CrashCase Of(long seed, int silos, MachineSpread spread)
    {
        var choice = new SeededChoice(unchecked((ulong)seed));
        return new(seed, silos, spread,
            choice.Index(silos, Purpose.Victim), (choice.Bits(Purpose.Page) >> 11) * Math.Pow(2, -53),
            2 + choice.Index(3, Purpose.Hunter), silos == 1 || choice.Index(2, Purpose.Walk) == 0);
    }

    /// <summary>The checker's machine: small enough that every recorded event can be held against it.</summary>
    public ToyMachine Machine => ToyMachine.Of([.. Levels]);

    /// <summary>The boot CPU may split live, the others may not.</summary>
    public IEnumerable<BbmLevel> Levels =>
        Enumerable.Range(0, Cpus).Select(i => i == 0 ? BbmLevel.Level2NoAbort : BbmLevel.Level0);

    /// <summary>
    /// What it boots with: where the seed is even, the built-in protocol as a user's file, whose text every silo reads.
    /// </summary>
    public CheckedProtocol Protocol => Seed % 2 == 0 ? UsersOwn : BuiltIn;

    private static CheckedProtocol BuiltIn { get; } = CheckedProtocols.Find(RepaintProtocols.IdmapReserved.Name)!;

    private static CheckedProtocol UsersOwn { get; } = CheckedProtocols.Parse("my.protocol", BuiltIn.File.Text.Replace(
        $"protocol {BuiltIn.Name}\n", "protocol my-idmap-reserved\n", StringComparison.Ordinal));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"seed {Seed}: {Cpus} CPUs on {Silos} silo{(Silos == 1 ? "" : "s")}, {Spread}; silo {Victim} dies at "
        + $"{Part:0.000}, {(ReplacedAtOnce ? "replaced at once" : "replaced later")}; {Protocol.Name}");
}
