using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Permissions;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Linux.RunningKernel;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>The toy machine against the kernel's own code, and what must be true of every state.</summary>
public sealed class MachineModelTests
{
    private static readonly ToyMachine Toy = ToyMachine.Of([BbmLevel.Level2NoAbort, BbmLevel.Level0]);

    [Fact]
    public void The_intended_map_of_a_repaint_is_what_the_kernel_makes()
    {
        var made = LinearMapBoot.Of(Toy.Description);

        Assert.Equal(BootMode.Repaint, made.Mode);
        foreach (var (word, content) in MapChangeGoal.Repaint.Intended.Where(w => !w.Key.Second))
            Assert.Equal(Read(made.Repainted, word), word.Descriptor(Toy, content));
        foreach (var (word, content) in MapChangeGoal.FirstPageReadOnly.Initial.Where(w => !w.Key.Second))
            Assert.Equal(word.IsPmd ? Read(made.Painted, word) : Descriptor.Invalid, word.Descriptor(Toy, content));
    }

    [Fact]
    public void A_second_table_is_linked_by_the_same_descriptor_with_another_address()
    {
        foreach (var pmd in WatchedWord.All.Where(w => w is { IsPmd: true, Second: false }))
        {
            var first = pmd.Descriptor(Toy, WordContent.Table);
            var second = pmd.Descriptor(Toy, WordContent.SecondTable);
            ulong address = Toy.Geometry.AddressBits(Level.L3);

            Assert.NotEqual(first, second);
            Assert.Equal(first.Bits & ~address, second.Bits & ~address);
            Assert.Equal(
                (pmd with { Page = 0, Second = true }).Location(Toy).Value & ~0xfffUL, second.Bits & address);
        }

        Assert.Equal(WatchedWord.All.Length, WatchedWord.All.Select(w => w.Location(Toy)).Distinct().Count());
    }

    [Fact]
    public void The_intended_map_of_set_memory_ro_is_what_the_kernel_makes()
    {
        var machine = ToyMachine.Of([BbmLevel.Level2NoAbort]);
        var boot = LinearMapBoot.Of(machine.Description);
        var editor = new TableEditor(boot.Painted);
        var page = new WatchedWord(RepaintRange.BelowText, 0).Address(machine);

        var outcome = new RangePermissions(KernelContext.AfterBoot(machine.Description, boot.Painter), editor)
            .Apply(new(page, page + machine.Geometry.Granule.PageSize), PermissionChange.ReadOnly);

        Assert.Equal(KernelError.None, outcome.Error);
        var after = editor.Publish();
        // The kernel keeps what it can contiguous; the watched page's own descriptor is the one that is meant.
        var word = new WatchedWord(RepaintRange.BelowText, 0);
        Assert.Equal(Read(after, word), word.Descriptor(machine, WordContent.ReadOnlyPage));
        var neighbour = new WatchedWord(RepaintRange.BelowText, 1);
        Assert.Equal(Read(after, neighbour), neighbour.Descriptor(machine, WordContent.Page));
    }

    [Fact]
    public void A_parked_CPU_holds_nothing_of_the_kernels_map_and_can_get_nothing()
    {
        var protocol = CheckedProtocols.Find("idmap-reserved")!;
        var model = protocol.Model(new());
        int seen = 0;
        foreach (var bits in Reachable(new MachineSystem(model, 3, protocol.Levels), 3, out var system))
        {
            var state = system.Unpacked(bits);
            for (int cpu = 1; cpu < 3; cpu++)
            {
                var kind = system.Kinds[cpu];
                bool parked = state.Cpus[cpu].Point > kind.Program.Select(s => s.Step).ToList()
                    .IndexOf(CountIn.Instance)
                    && kind.Points[state.Cpus[cpu].Point].Ttbr1 == RootTableSet.Reserved;
                if (!parked)
                    continue;
                seen++;
                Assert.Equal(0u, state.Cpus[cpu].MaySet & model.Universe.Kernel);
            }
        }

        Assert.True(seen > 20);
    }

    [Theory]
    [InlineData("idmap-reserved")]
    [InlineData("idmap-only")]
    [InlineData("set-memory-ro")]
    [InlineData("contiguous-fold")]
    public void May_sets_are_closed_under_walks_and_what_stays_after_a_TLBI_was_there_before(string name)
    {
        var protocol = CheckedProtocols.Find(name)!;
        var model = protocol.Model(new());
        foreach (var bits in Reachable(new MachineSystem(model, 2, protocol.Levels), 2, out var system))
        {
            var state = system.Unpacked(bits);
            var view = model.View(state.Memory);
            for (int cpu = 0; cpu < 2; cpu++)
            {
                var at = state.Cpus[cpu];
                var point = system.Kinds[cpu].Points[at.Point];
                foreach (var entry in model.Universe.Entries.Where(e => e.Parent >= 0 && (view.Present & e.Bit) != 0))
                    Assert.True((at.MaySet >> entry.Parent & 1) == 0 || (at.MaySet & entry.Bit) != 0, entry.Name);
                Assert.True((point.Ttbr1 & RootTableSet.Swapper) == 0 || (at.MaySet & EntryUniverse.Top) != 0);
                Assert.Equal(0u, at.MaySetAfterLocal & ~at.MaySet);
                Assert.Equal(0u, at.MaySetAfterBroadcast & ~at.MaySet);
            }
        }
    }

    [Fact]
    public void The_universe_judges_two_entries_as_the_rules_do()
    {
        foreach (var protocol in CheckedProtocols.All)
        {
            var universe = protocol.Model(new()).Universe;
            foreach (var level in Enum.GetValues<BbmLevel>())
            {
                foreach (var (a, b) in universe.Entries.SelectMany(
                    a => universe.Entries.Where(b => b != a).Select(b => (a, b))))
                {
                    bool hazard = a.Entry.Overlaps(Toy.Geometry, b.Entry)
                        && OverlapRules.Judge(Toy.Geometry, level, a.Entry, b.Entry, a.HoldsWhat(b)).IsHazard;
                    bool known = ((universe.ConflictsOf(level, true)[a.Index]
                        | universe.ConflictsOf(level, false)[a.Index]) & b.Bit) != 0;
                    Assert.Equal(hazard, known);
                }
            }
        }
    }

    [Fact]
    public void A_block_and_its_table_are_an_overlap_and_two_members_of_a_whole_group_are_none()
    {
        var split = CheckedProtocols.Find("spin")!.Model(new()).Universe;
        var block = split.Of(new(RepaintRange.BelowText, -1), WordContent.Block);
        var table = split.Of(new(RepaintRange.BelowText, -1), WordContent.Table);
        Assert.Equal(table, split.ConflictsOf(BbmLevel.Level0, true)[split.Members(block).Single().Index] & table);

        var group = CheckedProtocols.Find("contiguous-fold")!.Model(new()).Universe;
        var contiguous = group.Entries.Where(e => e.Content == WordContent.ContiguousPage).ToList();
        Assert.Equal(4, contiguous.Count);
        foreach (var entry in contiguous)
            Assert.Equal(0u,
                group.ConflictsOf(BbmLevel.Level0, true)[entry.Index] & contiguous.Aggregate(0u, (m, e) => m | e.Bit));
    }

    private static HashSet<Bits256> Reachable(MachineSystem of, int cpus, out MachineSystem system)
    {
        system = of;
        var seen = new HashSet<Bits256> { of.Initial };
        var open = new Queue<Bits256>(seen);
        var buffer = new SuccessorBuffer<Bits256>();
        while (open.TryDequeue(out var state))
        {
            buffer.Clear();
            of.Successors(state, buffer);
            foreach (var next in buffer.States)
            {
                if (seen.Add(next))
                    open.Enqueue(next);
            }
        }

        Assert.True(seen.Count > cpus);
        return seen;
    }

    private static Descriptor Read(TableSnapshot tables, WatchedWord word)
    {
        Span<WalkRead> steps = stackalloc WalkRead[TableWalker.MaxSteps];
        TableWalker.Walk(tables, Toy.Swapper, word.Address(Toy), 52, steps, out _);
        return steps[word.IsPmd ? 1 : 2].Value;
    }
}
