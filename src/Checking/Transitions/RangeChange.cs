using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>How far a CPU has brought its change of a range, on one way through its program.</summary>
/// <param name="Others">What its stores have left in other CPUs' TLBs, as a mask of entries.</param>
/// <param name="Own">What they have left in its own.</param>
/// <param name="Begun">
/// What complete TLBIs have removed, while accesses through it may not be performed (erratum 4118414).
/// </param>
/// <param name="Broadcast">What its pending broadcast TLBIs remove.</param>
/// <param name="Local">What its pending TLBIs of its own TLB remove.</param>
/// <param name="IsStored">Whether it has stored, and no DSB that reaches other CPUs has come since.</param>
/// <param name="NeedsIsb">Whether it has flushed its own TLB, and no ISB has come since.</param>
/// <param name="Awaited">The programs whose flush it waits for later (<see cref="FlushAnswers"/>), as a mask.</param>
/// <param name="LastStore">The last store to the range, by its step; -1 where nothing is left to do.</param>
internal readonly record struct RangeChange(
    uint Others, uint Own, uint Begun, uint Broadcast, uint Local, bool IsStored, bool NeedsIsb, uint Awaited,
    int LastStore)
{
    /// <summary>Nothing is left to do.</summary>
    public static RangeChange None { get; } = new() { LastStore = -1 };

    /// <summary>
    /// Whether other CPUs may translate differently from memory: until the DSB that completes the last TLBI (R_YNJCP),
    /// or until they have answered.
    /// </summary>
    public bool IsOpenForOthers => IsStored || (Others | Begun) != 0;

    /// <summary>The same for the CPU itself, which must perform an ISB behind the DSB.</summary>
    public bool IsOpenForItself => IsOpenForOthers || Own != 0 || NeedsIsb;

    /// <summary>After a store that leaves some entries in TLBs.</summary>
    /// <param name="awaited">The programs whose flush the CPU waits for after the store.</param>
    public RangeChange Stored(uint left, uint awaited, int step) => this with
    {
        Others = Others | left,
        Own = Own | left,
        IsStored = true,
        Awaited = awaited,
        LastStore = step,
    };

    /// <summary>After a TLBI. One before the DSB of a store does not remove what the store replaces.</summary>
    public RangeChange Invalidated(uint scope, bool broadcasts)
    {
        if ((scope & (Own | Begun)) == 0)
            return this;
        uint removes = IsStored ? 0 : scope;
        return this with
        {
            Broadcast = Broadcast | (broadcasts ? removes : 0),
            Local = Local | (broadcasts ? 0 : removes),
            NeedsIsb = true,
        };
    }

    /// <summary>After a DSB.</summary>
    /// <param name="repeatsTlbi">Whether only a TLBI that is repeated waits for accesses (erratum 4118414).</param>
    public RangeChange Ordered(Dsb dsb, bool repeatsTlbi)
    {
        if (!IsStored && (Broadcast | Local) == 0)
            return this;
        uint done = dsb.Kind.Completes(broadcast: true) ? Broadcast : 0;
        uint doneLocally = dsb.Kind.Completes(broadcast: false) ? Local : 0;
        return (this with
        {
            Others = Others & ~done,
            Begun = (Begun & ~done) | (repeatsTlbi ? Others & done : 0),
            Own = Own & ~(done | doneLocally),
            Broadcast = Broadcast & ~done,
            Local = Local & ~doneLocally,
            IsStored = IsStored && !dsb.ReachesOtherCpus,
            NeedsIsb = true,
        }).Settled();
    }

    /// <summary>After a wait for the flush of some programs.</summary>
    public RangeChange Answered(uint programs)
    {
        uint left = Awaited & ~programs;
        return left == Awaited ? this : (this with
        {
            Awaited = left,
            Others = left == 0 ? 0 : Others,
            Begun = left == 0 ? 0 : Begun,
        }).Settled();
    }

    /// <summary>After an ISB.</summary>
    public RangeChange Synchronized() => this with { NeedsIsb = false };

    // Equal where nothing is left to do, so that ways through the program that differ no longer have one place.
    private RangeChange Settled() => IsStored || (Others | Own | Begun | Broadcast | Local) != 0 ? this
        : None with { NeedsIsb = NeedsIsb };
}
