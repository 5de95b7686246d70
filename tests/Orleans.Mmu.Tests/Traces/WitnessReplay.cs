using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// Replays a trace for one CPU and some of its addresses, event by event, and keeps every entry that the CPU may hold.
/// It shares nothing with the maker of witnesses but the reader of traces and of registers.
/// </summary>
internal sealed partial class WitnessReplay(
    int cpu, CasemateRegime regime, CasemateRegister register, IReadOnlyList<ulong> addresses)
{
    internal sealed record Tagged(ReplayedEntry Entry, ushort Asid, ushort? Vmid, Granule Granule);

    private readonly ReplayedMemory _memory = new(cpu);
    private readonly LintedControls _controls = new(new HashSet<CasemateRegime>());
    private readonly Dictionary<int, ReplayedCpu> _cpus = [];
    private readonly Dictionary<int, int> _barriers = [];
    private readonly Dictionary<Tagged, (int Last, bool ByDsb)> _held = [];
    private HashSet<Tagged> _made = [];
    private int _index;
    private bool _hasMair;

    public ReplayedCpu Cpu => Of(cpu);

    public ReplayedMemory Memory => _memory;

    public HashSet<Tagged> Made => _made;

    public IEnumerable<Tagged> Held => _held.Keys;

    /// <summary>Every context in which the CPU has walked.</summary>
    public HashSet<ReplayedContext> Known { get; } = [];

    public void Step(in CasemateEvent happened)
    {
        _index++;
        _controls.Cpu = happened.Cpu;
        bool isBarrier = false;
        switch (happened.Kind)
        {
            case CasemateEventKind.MemoryWrite:
                _memory.Write(happened.Cpu, happened.Address, happened.Value, happened.Release);
                Of(happened.Cpu).Store();
                break;
            case CasemateEventKind.MemoryInit or CasemateEventKind.MemorySet:
                _memory.Fill(
                    happened.Cpu, happened.Address, happened.Size,
                    happened.Kind == CasemateEventKind.MemorySet ? happened.Value : 0);
                Of(happened.Cpu).Store();
                break;
            case CasemateEventKind.Dsb:
                Finish(happened.Cpu, happened.Dsb);
                _memory.Dsb(happened.Cpu, happened.Dsb.Kind);
                _barriers[happened.Cpu] = _index;
                isBarrier = true;
                break;
            case CasemateEventKind.Isb:
                _controls.Isb();
                Of(happened.Cpu).Isb();
                _barriers[happened.Cpu] = _index;
                break;
            case CasemateEventKind.Tlbi:
                Issue(happened);
                break;
            case CasemateEventKind.WriteRegister:
                Write(happened);
                break;
        }

        Walk(isBarrier);
    }

    private void Write(in CasemateEvent happened)
    {
        bool isFirst = happened.Register switch
        {
            CasemateRegister.TcrEl1 => _controls.WriteTcr(CasemateRegime.El1, happened.Value) is null,
            CasemateRegister.TcrEl2 => _controls.WriteTcr(CasemateRegime.El2, happened.Value) is null,
            CasemateRegister.VtcrEl2 => _controls.WriteTcr(CasemateRegime.Stage2, happened.Value) is null,
            _ => false,
        };
        if (happened.Register == CasemateRegister.HcrEl2)
            _controls.WriteHcr(happened.Value);
        bool isMair = happened.Register
            == (regime == CasemateRegime.El1 ? CasemateRegister.MairEl1 : CasemateRegister.MairEl2);
        _hasMair |= isMair && happened.Cpu == cpu;
        if (isMair && (happened.Cpu == cpu || !_hasMair))
            Cpu.WriteMair(happened.Value);
        bool isFirstVmid = happened.Register == CasemateRegister.VttbrEl2 && Of(happened.Cpu).Vmid is null;
        if (happened.Register != CasemateRegister.Other)
            Of(happened.Cpu).Write(happened.Register, happened.Value, _controls, isFirst);
        if (!isFirstVmid || happened.Cpu != cpu || regime != CasemateRegime.El1)
            return;
        foreach (var (held, span) in _held.ToList())
        {
            _held.Remove(held);
            var tagged = held with { Vmid = Cpu.Vmid };
            _held[tagged] = span;
            if (_seen.TryGetValue(held, out var seen))
                _seen[tagged] = seen;
        }

        _made = [.. _made.Select(m => m with { Vmid = Cpu.Vmid })];
    }

    private ReplayedCpu Of(int number)
    {
        if (!_cpus.TryGetValue(number, out var found))
            _cpus[number] = found = new(number, register);
        return found;
    }

    private static bool IsIn(LintedHalf half, ulong address) =>
        (long)address < 0 ? address >> half.Bits == ulong.MaxValue >> half.Bits : address >> half.Bits == 0;
}
