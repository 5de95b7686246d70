using CsCheck;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Adversary;
using Orleans.Mmu.Tests.Linux;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Checking;

/// <summary>TLB entries against memory, after everything should have been invalidated.</summary>
public class AuditTests
{
    private static readonly PaintedMap Map = SpeculationBench.Map(TestMachine.Unlisted);
    private static readonly VirtualAddress Block = Map.Painter.Layout.ToVirtual(new(0x4600_0000));

    [Fact]
    public void What_was_cached_from_these_tables_is_fresh()
    {
        var cpu = Holding(Block);

        Assert.Empty(cpu.Audit(Map.Painted));
    }

    [Fact]
    public void Another_size_for_the_same_translation_is_not_stale()
    {
        var cpu = Holding(Block);

        Assert.Empty(cpu.Audit(Map.Repainted));
    }

    [Fact]
    public void A_change_of_any_page_under_a_block_makes_it_stale_there() =>
        Gen.Int[0, 511].ForAll(page =>
        {
            var cpu = Holding(Block);
            var va = Block + (ulong)page * 4096;
            var changed = Change(va, l => l.WithReadOnly(true));

            var stale = Assert.Single(cpu.Audit(changed));

            Assert.Same(Property.StaleTranslation, stale.Property);
            Assert.Equal((1, va), (stale.Cpu!.Value, stale.Address!.Value));
            Assert.StartsWith($"CPU 1 still translates {va} to 0x{0x4600_0000 + page * 4096:x} by 0x", stale.Message,
                StringComparison.Ordinal);
        }, iter: 40);

    [Fact]
    public void Another_output_address_and_no_translation_at_all_are_stale_too()
    {
        Assert.Single(Holding(Block).Audit(Write(Block, d => new(d.Bits ^ 0x1000))));
        Assert.Single(Holding(Block).Audit(Write(Block, _ => Descriptor.Invalid)));
        Assert.Empty(Holding(Block).Audit(Write(Block + 0x20_0000, _ => Descriptor.Invalid)));
    }

    [Fact]
    public void What_was_invalidated_is_not_audited()
    {
        var cpu = Holding(Block);
        var changed = Change(Block, l => l.WithReadOnly(true));

        cpu.Cpu.Processor.CompleteBroadcast(TlbiOperation.Vmalle1Is);

        Assert.Empty(cpu.Audit(changed));
    }

    [Fact]
    public void A_stale_group_is_found_member_by_member()
    {
        var plan = new SpeculationPlan(0, [Block], 1);
        var cpu = SpeculationBench.Online(Map.Machine, 1);
        // Cached as one entry for 32 MiB: the newest tables are walked for the whole group.
        cpu.Look(plan, new(1, "", Map.Painted, new TableEditor(Map.Painted).Publish()));
        Assert.Contains(cpu.Cpu.Processor.Tlb.Entries(), e => !e.IsTable && e.Shift == 25);
        var last = Block + (31UL << 20);

        Assert.Equal(last, Assert.Single(cpu.Audit(Change(last, l => l.WithReadOnly(true)))).Address);
        Assert.Empty(SpeculationBench.Online(Map.Machine, 1).Audit(Map.Painted));
    }

    [Fact]
    public void Several_stale_entries_are_one_violation()
    {
        var cpu = Holding(Block);
        Assert.Null(cpu.Cpu.Touch(Block + 0x20_0000, Map.Painted));
        var changed = Write(Block + 0x20_0000, _ => Descriptor.Invalid, Write(Block, _ => Descriptor.Invalid));

        Assert.Single(cpu.Audit(changed));
        Assert.Empty(cpu.Audit(changed));
    }

    [Theory]
    [InlineData("msr ttbr0_el1, reserved_pg_dir", "idmap_pg_dir in TTBR0_EL1")]
    [InlineData("msr tcr_el1, default_t0sz", "the idmap's T0SZ in TCR_EL1")]
    [InlineData("tlbi vmalle1", "the TLB entry for 0x")]
    [InlineData("no such step", null)]
    public void What_a_CPU_leaves_of_the_idmap_is_found(string leftOut, string? left)
    {
        var steps = RepaintProtocols.IdmapReserved.Phases.Where(p => p.Role == Role.Secondaries)
            .SelectMany(p => p.Steps).ToList();
        // The last step of that text belongs to the way back.
        int last = steps.FindLastIndex(s => s.Text == leftOut);
        if (last >= 0)
            steps.RemoveAt(last);
        var cpu = SpeculationBench.Online(Map.Machine, 1);
        foreach (var step in steps)
        {
            cpu.Perform([step], null, new(0, "", Map.Painted, Map.Painted));
            if (step is CountIn)
                cpu.Cpu.Touch(new(Map.Machine.Image.Stext.Value), Map.Painted);
        }

        var found = cpu.Audit(Map.Painted);

        if (left is null)
            Assert.Empty(found);
        else
            Assert.StartsWith($"CPU 1 is back and still has {left}", Assert.Single(found).Message,
                StringComparison.Ordinal);
    }

    private static SpeculatingCpu Holding(VirtualAddress va)
    {
        var cpu = SpeculationBench.Online(Map.Machine, 1);
        Assert.Null(cpu.Cpu.Touch(va, Map.Painted));
        Assert.Equal(21, Assert.Single(cpu.Cpu.Processor.Tlb.Entries()).Shift);
        return cpu;
    }

    private static TableSnapshot Change(VirtualAddress va, Func<LeafAttributes, LeafAttributes> change) =>
        Write(va, d =>
            d.WithAttributes(Map.Machine.Geometry, Level.L3, change(d.Attributes(Map.Machine.Geometry, Level.L3))));

    // In the repainted map, where every page has a word of its own.
    private static TableSnapshot Write(
        VirtualAddress va, Func<Descriptor, Descriptor> change, TableSnapshot? tables = null)
    {
        var editor = new TableEditor(tables ?? Map.Repainted);
        var table = editor.EditRoot(Map.Painter.Swapper);
        while (!table.Level.IsLast)
            table = editor.EditChild(table, editor.Geometry.Index(va, table.Level));
        int index = editor.Geometry.Index(va, Level.L3);
        editor.Write(table, index, change(table[index]));
        return editor.Publish();
    }
}
