using System.Runtime.CompilerServices;
using Orleans.Mmu.Costs.AddressSpaces;
using Orleans.Mmu.Costs.MemoryTraces;
using Orleans.Mmu.Costs.Stacks;

namespace Orleans.Mmu.Costs.TlbMisses;

/// <summary>
/// Counts a trace's instructions, keeps each CPU's most recent pages, and passes accesses to other pages on as events,
/// in batches. Events are a small part of a trace, and all that a configuration needs.
/// </summary>
internal sealed class MemoryTraceIntake
{
    /// <summary>Events of a batch.</summary>
    public const int BatchLength = 1 << 14;

    private readonly RecentPages?[] _recent = new RecentPages?[2 * IMemoryTraceSink.MaxCpus];
    private readonly IntakeShape _shape;
    private readonly ulong _warmUp;
    private readonly Func<ulong[], int, ulong[]> _pass;

    private ulong[] _events = new ulong[BatchLength];
    private int _count;
    private int _cpu;
    private RecentPages _instructions;
    private RecentPages _data;
    private ulong _all;
    private ulong _user;
    private ulong _allBefore;
    private ulong _userBefore;
    private bool _isWarm;

    /// <param name="warmUp">Instructions that are replayed before counting begins.</param>
    /// <param name="pass">Receives a batch and its length, and returns an array for the next one.</param>
    public MemoryTraceIntake(IntakeShape shape, ulong warmUp, Func<ulong[], int, ulong[]> pass)
    {
        (_shape, _warmUp, _pass) = (shape, warmUp, pass);
        _isWarm = warmUp == 0;
        (_instructions, _data) = OfCpu(0);
    }

    /// <summary>Instructions since counting began, user space's included.</summary>
    public ulong Instructions => _all - _allBefore;

    /// <summary>Instructions of user space since counting began.</summary>
    public ulong UserInstructions => _user - _userBefore;

    /// <summary>Ends the intake, at the trace's end or at an error.</summary>
    /// <returns>False if nothing was counted, because the trace has no more instructions than the warm-up.</returns>
    public bool End()
    {
        bool counted = _isWarm;
        if (!counted)
            BeWarm();
        Pass();
        return counted;
    }

    private (RecentPages Instructions, RecentPages Data) OfCpu(int cpu) =>
        (_recent[2 * cpu] ??= new(_shape.InstructionSlots), _recent[2 * cpu + 1] ??= new(_shape.DataSlots));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Emit(ulong page, bool isData, int slot)
    {
        if (!TracedKernel.IsTranslated(page))
            return false;
        Append(PageEvents.Of(page, _cpu, isData, slot));
        return true;
    }

    // Counting begins before the first record that starts at or after the last warm-up instruction.
    private void WarmUp()
    {
        if (_all >= _warmUp)
            BeWarm();
    }

    private void BeWarm()
    {
        _isWarm = true;
        (_allBefore, _userBefore) = (_all, _user);
        Append(PageEvents.WarmedUp);
    }

    private void Append(ulong word)
    {
        _events[_count++] = word;
        if (_count == _events.Length)
            Pass();
    }

    private void Pass()
    {
        _events = _pass(_events, _count);
        _count = 0;
    }

    /// <summary>The sink for readers: a struct, so that the JIT compiles their loops for it.</summary>
    public readonly struct Sink(MemoryTraceIntake intake) : IMemoryTraceSink
    {
        public void Cpu(int cpu)
        {
            intake._cpu = cpu;
            (intake._instructions, intake._data) = intake.OfCpu(cpu);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Instructions(ulong page, ulong count)
        {
            if (!intake._isWarm)
                intake.WarmUp();
            intake._all += count;
            intake._user += TracedKernel.IsUser(page) ? count : 0;
            page = TracedKernel.FirstOfImage(page, intake._shape.ImageMask);
            int slot = intake._instructions.Use(page);
            return slot < 0 || intake.Emit(page, isData: false, slot);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Data(ulong page)
        {
            if (!intake._isWarm)
                intake.WarmUp();
            page = TracedKernel.FirstOfImage(page, intake._shape.ImageMask);
            int slot = intake._data.Use(page);
            return slot < 0 || intake.Emit(page, isData: true, slot);
        }
    }
}
