using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Speculation.Maps;
using Orleans.Mmu.Speculation.Security;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Grains.Tables;

/// <summary>What the tables' writer answers.</summary>
internal static class TablesAnswers
{
    /// <summary>What a change made, or the panic that ended it.</summary>
    public static TablesAnswer Answer(this WrittenTables tables, ChangedTables change) =>
        change.Tables is { } changed ? new(changed.Version, tables.Census(changed), null, [])
        : new(tables.Kernel.Current?.Version ?? 0, new([], [], 0), change.Panic, []);

    /// <summary>
    /// The same at the end of boot: memory is mapped, and nothing is writable that the kernel has made read-only.
    /// </summary>
    public static TablesAnswer AnswerAfterBoot(this WrittenTables tables, ChangedTables change) =>
        change.Tables is not { } made ? tables.Answer(change)
            : tables.Answer(change) with
            {
                Violations =
                [
                    .. tables.WritableAliases(made),
                    .. MemoryCoverage.Of(tables.Machine.Description, tables.Kernel.Painter, made),
                ],
                Descriptors = tables.Kernel.Painter.AliasDescriptors(made),
            };

    /// <summary>What the newest tables consist of, and what is wrong with them by themselves.</summary>
    public static TablesAnswer Inspect(this WrittenTables tables)
    {
        var newest = tables.Current;
        var broken = tables.Kernel.HasMemory ? MapInvariants.Of(tables.Kernel.Memory, newest) : [];
        return new(newest.Version, tables.Census(newest), null,
            [.. tables.WritableAliases(newest), .. broken]);
    }

    /// <summary>What a kernel call came to.</summary>
    /// <param name="silent">The CPUs that did not finish its flush.</param>
    /// <param name="flushes">The TLBI operations that were broadcast.</param>
    public static KernelCallAnswer Answer(
        this WrittenTables tables, ChangedTables change, IReadOnlyList<int> silent, int flushes)
    {
        var (memory, call) = (tables.Kernel.Memory, change.Call!.Value);
        var last = memory.Areas.GetValueOrDefault(memory.LastArea);
        return new(tables.Current.Version, call.Error, change.Panic, [.. call.Warnings], memory.LastArea,
            [.. (last?.Pages ?? []).Take(8)], memory.Frames.Free, flushes, [.. silent],
            Stale: false, call.GoesOn);
    }

    // A report has arrays, which JSON and messages carry; a census has whatever lists it was counted into.
    private static MapReport Census(this WrittenTables tables, TableSnapshot snapshot)
    {
        var census = LeafCensus.Of(snapshot, tables.Kernel.Painter.Swapper);
        return new([.. census.Leaves], [.. census.Tables], census.TableBytes);
    }

    private static System.Collections.Immutable.ImmutableArray<Violation> WritableAliases(
        this WrittenTables tables, TableSnapshot snapshot) =>
        [.. ImageAliasCheck.Of(tables.Kernel.Painter, tables.Machine.Description.Rules, snapshot)];
}
