using System.Diagnostics;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Choices;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Costs.Parameters;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Linux.Changes;
using Orleans.Mmu.Linux.RunningKernel;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Costs.Decay;

/// <summary>
/// Samples a booted machine's linear map while permissions of its pages change. Linux does not merge leaves again that
/// it has split.
/// </summary>
public static class MapDecay
{
    /// <summary>The map at boot, then after each event of a plan.</summary>
    /// <param name="boot">The machine's boot; its pages for tables are used up.</param>
    /// <param name="outOfMemory">Called with each event that found no memory; such an event has no sample.</param>
    public static IEnumerable<DecaySample> Of(
        LinearMapBoot boot, DecayPlan plan, Action<string>? outOfMemory = null)
    {
        var kernel = new UsedMemory(boot, plan);
        yield return DecaySample.Of(0, "boot", boot.Final, boot);
        int number = 0;
        foreach (var happens in plan.Events())
        {
            if (kernel.Perform(happens) is { } tables)
                yield return DecaySample.Of(++number, happens.ToString(), tables, boot);
            else if (!happens.IsUndo)
                outOfMemory?.Invoke(happens.ToString());
        }
    }

    /// <summary>The map at boot, then after each part of a list of changes.</summary>
    /// <param name="boot">The machine's boot; its pages for tables are used up.</param>
    /// <param name="parts">The maximum number of parts.</param>
    /// <param name="warn">Called for each warning of the kernel.</param>
    public static IEnumerable<DecaySample> Of(
        LinearMapBoot boot, IReadOnlyList<MapChange> changes, int parts, Action<MapChange, string> warn,
        CancellationToken cancellationToken)
    {
        var kernel = KernelContext.AfterBoot(boot.Machine, boot.Painter);
        var tables = boot.Final;
        yield return DecaySample.Of(0, "boot", tables, boot);
        int length = Math.Max(1, (changes.Count + parts - 1) / parts);
        for (int at = 0; at < changes.Count; at += length)
        {
            MapChange[] part = [.. changes.Skip(at).Take(length)];
            tables = ChangedMap.Apply(kernel, tables, part, warn, cancellationToken);
            yield return DecaySample.Of(at + part.Length, $"line {part[^1].Line}", tables, boot);
        }
    }

    // The kernel's calls for each event, in the order in which module_load, the BPF JIT and secretmem make them.
    private sealed class UsedMemory
    {
        private const int MaxModulePages = 40;
        private const int MaxProgramPages = 4;

        private readonly KernelMemory _memory;
        private readonly TableEditor _editor;
        private readonly SeededChoice _choice;
        private readonly Dictionary<DecayEventKind, List<int[]>> _alive = [];
        private readonly Dictionary<int, PhysicalAddress> _secrets = [];

        public UsedMemory(LinearMapBoot boot, DecayPlan plan)
        {
            _memory = KernelMemory.AfterBoot(boot.Machine, boot.Painter, plan.Fresh);
            _editor = new TableEditor(boot.Final);
            _choice = new(plan.Seed);
            foreach (var kind in Enum.GetValues<DecayEventKind>())
                _alive.Add(kind, []);
        }

        /// <returns>The tables after the event; null if the event was not possible.</returns>
        public TableSnapshot? Perform(DecayEvent happens)
        {
            var alive = _alive[happens.Kind];
            if (!happens.IsUndo)
            {
                if (Begin(happens) is not { } areas)
                    return null;
                alive.Add(areas);
            }
            else if (alive.Count == 0)
            {
                // Memory ended before the first of this kind, so there is nothing to take back.
                return null;
            }
            else
            {
                int which = _choice.Index(alive.Count, Purpose.Area, happens.Number);
                End(alive[which]);
                alive.RemoveAt(which);
            }

            return _editor.Publish();
        }

        private int[]? Begin(DecayEvent happens) => happens.Kind switch
        {
            // Text becomes read-only and executable, rodata read-only; data keeps its permissions.
            DecayEventKind.LoadModule => Areas(happens, MaxModulePages, [true, true, false]),
            DecayEventKind.LoadProgram => Areas(happens, MaxProgramPages, [true]),
            DecayEventKind.TakeSecret => Secret(),
            _ => throw new UnreachableException($"no rule says what {happens.Kind} does"),
        };

        private int[]? Areas(DecayEvent happens, int maxPages, bool[] parts)
        {
            var areas = new int[parts.Length];
            for (int part = 0; part < parts.Length; part++)
            {
                long pages = 1 + _choice.Index(maxPages, Purpose.Page, happens.Number, part);
                if (Perform(new VmallocAlloc(pages)) != KernelError.None)
                {
                    foreach (int area in areas.AsSpan(0, part))
                        Perform(new VmallocFree(area));
                    return null;
                }

                areas[part] = _memory.LastArea;
                Perform(new SetMemoryNx(areas[part], 0, pages));
                if (parts[part])
                    Perform(new SetMemoryRo(areas[part], 0, pages));
                if (part == 0)
                    Perform(new SetMemoryX(areas[part], 0, pages));
            }

            return areas;
        }

        private int[]? Secret()
        {
            if (Perform(new VmallocAlloc(1)) != KernelError.None)
                return null;
            int area = _memory.LastArea;
            var page = _memory.Areas[area].Pages[0];
            if (Perform(new TakeSecret(page)) != KernelError.None)
            {
                Perform(new VmallocFree(area));
                return null;
            }

            _secrets.Add(area, page);
            return [area];
        }

        private void End(int[] areas)
        {
            foreach (int area in areas)
            {
                if (_secrets.Remove(area, out var page))
                    Perform(new FreeSecret(page));
                Perform(new VmallocFree(area));
            }
        }

        private KernelError Perform(KernelCall call) => _memory.Perform(_editor, call).Error;
    }
}

/// <summary>A linear map at one moment.</summary>
/// <param name="Events">Events or changes before it.</param>
/// <param name="Event">The last of them.</param>
/// <param name="Mapping">Leaves, tables, and what a repaint would need.</param>
public sealed record DecaySample(int Events, string Event, MappingCost Mapping)
{
    internal static DecaySample Of(int events, string name, TableSnapshot tables, LinearMapBoot boot) =>
        new(events, name, MappingCost.Of(name, tables, boot.Machine, boot.Painter.Swapper));
}
