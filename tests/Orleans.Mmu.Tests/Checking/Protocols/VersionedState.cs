using System.Collections.Immutable;
using System.Globalization;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>A version of each of the two words.</summary>
internal readonly record struct VersionFloor(int Word0, int Word1)
{
    public int this[int word] => word == 0 ? Word0 : Word1;

    public VersionFloor Later(VersionFloor other) => new(Math.Max(Word0, other.Word0), Math.Max(Word1, other.Word1));

    public VersionFloor For(int named) => new((named & 1) != 0 ? Word0 : 0, (named & 2) != 0 ? Word1 : 0);
}

/// <summary>A state of <see cref="VersionedMachine"/>: both words with all their versions, and both CPUs.</summary>
internal sealed class VersionedState
{
    public VersionedCpu[] Cpus { get; private init; } = [new(), new()];

    /// <summary>What each word has held, oldest first: 1 for a page.</summary>
    public string[] Versions { get; private init; } = ["1", "1"];

    public char[] Words { get; private init; } = ['0', '0', '0', '0'];

    public VersionFloor Now => new(Versions[0].Length - 1, Versions[1].Length - 1);

    public string Key => string.Create(CultureInfo.InvariantCulture,
        $"{Versions[0]} {Versions[1]} {new string(Words)} {Cpus[0].Key} {Cpus[1].Key}");

    public VersionedState Copy() => new()
    {
        Cpus = [Cpus[0].Copy(), Cpus[1].Copy()],
        Versions = [.. Versions],
        Words = [.. Words],
    };
}

/// <summary>
/// A CPU: where it stands, and from which versions on it may use what a TLB keeps, and what a walk began early.
/// </summary>
internal sealed class VersionedCpu
{
    /// <summary>The number of the next step.</summary>
    public int At;

    /// <summary>0 outside the handler, 1 before its step, 2 before its return.</summary>
    public int Handler;

    public bool IsInterrupted;

    /// <summary>The oldest valid versions that the CPU may use.</summary>
    public VersionFloor First;

    /// <summary>The oldest invalid versions that a walk may have begun early with.</summary>
    public VersionFloor FirstInvalid;

    /// <summary>The versions since what the CPU's DSBs have ordered.</summary>
    public VersionFloor Dsb;

    /// <summary>The same of those DSBs that wait for other CPUs.</summary>
    public VersionFloor WideDsb;

    /// <summary>Those since its last store was performed.</summary>
    public VersionFloor LastStore;

    /// <summary>Those since its last wait.</summary>
    public VersionFloor LastBranch;

    /// <summary>What its own completed TLBIs make <see cref="First"/> at the next ISB.</summary>
    public VersionFloor Invalidated;

    /// <summary>What the sender of the pending interrupt had ordered.</summary>
    public VersionFloor Sender;

    public ImmutableList<(int Named, bool Broadcast, VersionFloor Floor)> Pending = [];
    public ImmutableArray<(string Place, char Value)> Buffer = [];

    public string Key => string.Create(CultureInfo.InvariantCulture,
        $"{At} {Handler} {IsInterrupted} {First} {FirstInvalid} {Dsb} {WideDsb} {LastStore} {LastBranch} ")
        + $"{Invalidated} {Sender} {string.Join(',', Pending)} {string.Join(',', Buffer)}";

    public void Synchronize()
    {
        First = First.Later(Invalidated);
        FirstInvalid = FirstInvalid.Later(Dsb).Later(LastBranch);
    }

    public VersionedCpu Copy() => (VersionedCpu)MemberwiseClone();
}
