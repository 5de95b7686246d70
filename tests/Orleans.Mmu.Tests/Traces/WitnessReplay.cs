using Orleans.Mmu.Arm.Descriptors;
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

    /// <summary>What walks would make in a context.</summary>
    public HashSet<Tagged> MadeIn(IEnumerable<ReplayedContext> contexts)
    {
        HashSet<Tagged> made = [];
        foreach (var context in contexts)
        {
            foreach (ulong address in addresses.Where(a => IsIn(context.Half, a)))
            {
                if (context.Walks)
                    Read(context, address, context.Half.StartLevel, context.Root, true, [], made);
                foreach (var held in _held.Keys.ToList())
                {
                    if (!Answers(held, context) || !ReferenceEquals(held.Granule, context.Half.Geometry.Granule))
                        continue;
                    if (context.Walks && held.Entry.IsTable && held.Entry.Covers(address))
                        Read(context, address, held.Entry.Level + 1, held.Entry.Output, false, [], made);
                }
            }

            foreach (var leaf in regime == CasemateRegime.Stage2 ? _held.Keys.Concat(made).ToList() : [])
            {
                if (!leaf.Entry.IsTable && Answers(leaf, context))
                    made.Add(leaf with { Entry = leaf.Entry with { Combined = true } });
            }
        }

        return made;
    }

    public static bool Answers(Tagged held, in ReplayedContext context) =>
        (held.Entry.IsGlobal || held.Asid == context.Asid)
        && (held.Vmid is null || context.Vmid is null || held.Vmid == context.Vmid);

    private void Walk(bool byDsb)
    {
        foreach (var before in _made)
            _held[before] = (_index, byDsb);
        var contexts = Cpu.Contexts().ToList();
        Known.UnionWith(contexts.Where(c => c.Walks));
        _made = MadeIn(contexts);
        foreach (var made in _made)
            _held[made] = (_index, byDsb);
    }

    private void Read(
        ReplayedContext context, ulong address, int number, ulong table, bool isRoot, Dictionary<int, long> seen,
        HashSet<Tagged> made)
    {
        var geometry = context.Half.Geometry;
        var level = Level.Of(number);
        ulong size = geometry.Size(level);
        int entries = isRoot ? context.Half.RootEntries : geometry.Granule.EntriesPerTable;
        foreach (var (word, _, next) in _memory.Of(
            table + address / size % (ulong)entries * 8, seen))
        {
            var descriptor = new Descriptor(word);
            if ((word & 1) == 0 || !descriptor.Translates(geometry, level))
                continue;
            if (number < 3 && (word & 2) != 0)
            {
                ulong below = descriptor.NextTable(geometry).Value;
                Add("table entry", size, below, null);
                Read(context, address, number + 1, below, false, next, made);
                continue;
            }

            if (!descriptor.AccessFlag)
                continue;
            ulong output = descriptor.OutputAddress(geometry, level).Value;
            foreach (ulong? mair in regime == CasemateRegime.Stage2 ? [null] : Cpu.Mairs)
            {
                byte? type = mair is { } m ? (byte)(m >> (int)(word >> 2 & 7) * 8) : null;
                Add(number == 3 ? "page" : "block", size, output, type);
                ulong group = geometry.ContiguousSize(level);
                if (descriptor.Contiguous && group > size)
                    Add("contiguous group", group, output & ~(group - 1), type);
            }

            void Add(string kind, ulong bytes, ulong at, byte? type)
            {
                var entry = new ReplayedEntry(
                    kind, number, address & ~(bytes - 1), address | (bytes - 1), at, word, type, false);
                made.Add(new(entry, context.Asid, context.Vmid, geometry.Granule));
            }
        }
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
            _held[held with { Vmid = Cpu.Vmid }] = span;
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
