using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Orleans.Mmu.Checking.TakeUp;

/// <summary>
/// A state of the model: storage, the machine, coordinators, messages on their way, and CPUs; 64 bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct TakeUpState : IEquatable<TakeUpState>
{
    /// <summary>Most coordinators of one run.</summary>
    internal const int MaxCoordinators = 4;

    /// <summary>Most CPUs that can wait.</summary>
    internal const int MaxSecondaries = 2;

    /// <summary>The record in storage, by its number in <see cref="JournalRecords"/>.</summary>
    internal ushort Stored;

    /// <summary>The record that an activation of the journal, which another has followed, has in memory.</summary>
    internal ushort Stale;

    /// <summary>Messages that were sent; each may arrive at any time, any number of times.</summary>
    internal Messages Sent;

    /// <summary>The newest epoch that the tables' writer knows.</summary>
    internal byte TableEpoch;

    /// <summary>1 from the first split to the release.</summary>
    internal byte IsBetween;

    /// <summary>The newest epoch that the machine has handed out.</summary>
    internal byte Handed;

    internal byte Rebirths;

    /// <summary>What went wrong in a transition: bits of <see cref="TakeUpProperty"/>.</summary>
    internal byte Wrong;

    internal CoordinatorSlots Coordinators;

    /// <summary>The newest activation of each secondary, then the former one.</summary>
    internal CpuSlots Cpus;

    private readonly byte _unused;

    public readonly bool Equals(TakeUpState other) => Bytes(in this).SequenceEqual(Bytes(in other));

    public override readonly bool Equals(object? obj) => obj is TakeUpState other && Equals(other);

    public override readonly int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes(in this));
        return hash.ToHashCode();
    }

    public static bool operator ==(TakeUpState left, TakeUpState right) => left.Equals(right);

    public static bool operator !=(TakeUpState left, TakeUpState right) => !left.Equals(right);

    private static ReadOnlySpan<byte> Bytes(in TakeUpState state) =>
        MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in state, 1));
}

/// <summary>One coordinator for each epoch; the first is that of epoch 1.</summary>
[InlineArray(TakeUpState.MaxCoordinators)]
internal struct CoordinatorSlots
{
    private CoordinatorSlot _first;
}

/// <summary>A coordinator.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct CoordinatorSlot
{
    /// <summary>The record that it has read or written last.</summary>
    public ushort Head;

    /// <summary>A place in <see cref="CoordinatorProgram"/>.</summary>
    public byte Node;

    /// <summary>The take-up of the machine that it belongs to.</summary>
    public byte Owner;

    /// <summary>The epoch that it found.</summary>
    public byte FoundEpoch;

    /// <summary>
    /// What each secondary has answered to the order at hand: two bits of <see cref="AnswerKind"/> each.
    /// </summary>
    public byte Answers;
}

/// <summary>The answer of a CPU to an order.</summary>
internal enum AnswerKind
{
    None,
    Waits,
    Runs,
    Stale,
}

[InlineArray(2 * TakeUpState.MaxSecondaries)]
internal struct CpuSlots
{
    private CpuSlot _first;
}

/// <summary>What an activation of a CPU remembers.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct CpuSlot
{
    /// <summary>The record from which it is being told where it stands.</summary>
    public ushort Standing;

    public CpuLife Life;

    /// <summary>The gate's two epochs, four bits each.</summary>
    public byte Gate;

    /// <summary>The last command that it has performed, of the gate's current epoch.</summary>
    public LastCommand Last;

    /// <summary>The epoch for which a zero of the flag is on its way to it; 0 where none is.</summary>
    public byte Zero;

    /// <summary>The epoch in which it has made sure that it is the newest activation; 0 for none.</summary>
    public byte Confirmed;
}

internal enum CpuLife : byte
{
    /// <summary>There is no such activation.</summary>
    Absent,
    Runs,
    Waits,
    Dead,

    /// <summary>It has lost its memory and does nothing before it knows where it stands.</summary>
    Blank,

    /// <summary>The journal has answered where it stands, and the answer is on its way.</summary>
    Told,
}

internal enum LastCommand : byte
{
    None,
    Park,
    Resume,
}

/// <summary>Messages to all secondaries; four bits for each kind, one for each epoch.</summary>
[Flags]
internal enum Messages : ushort
{
    None = 0,
    Park = 1,
    Resume = 1 << 4,
    Abandon = 1 << 8,
    Die = 1 << 12,
}
