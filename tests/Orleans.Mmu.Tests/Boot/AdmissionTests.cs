using Microsoft.Extensions.Options;
using Orleans.Mmu.Grains.Admission;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>How many machines a silo takes on at once.</summary>
public sealed class AdmissionTests
{
    private const long Mega = 1 << 20;

    private static readonly MachineDescription Machine =
        MachineFile.Parse("asymmetric", BuiltInMachines.Find("asymmetric")!);

    private static readonly long Need = BootAdmission.NeedOf(Machine);

    [Fact]
    public async Task One_boots_one_waits_and_the_third_is_refused()
    {
        using var admission = Admission(new() { BootsAtOnce = 1, BootsWaiting = 1 });
        var first = await admission.EnterAsync(Machine, CancellationToken.None);
        var second = admission.EnterAsync(Machine, CancellationToken.None);
        var third = await admission.EnterAsync(Machine, CancellationToken.None);

        Assert.Equal(
            "asymmetric: the silo boots 1 machines and 1 wait; it takes no more until some are done (try again later)",
            third.Refusal);
        Assert.Null(third.Place);
        Assert.False(second.IsCompleted);
        first.Place!.Dispose();
        Assert.NotNull((await second).Place);
    }

    [Fact]
    public async Task Who_goes_while_it_waits_leaves_its_place_in_the_line()
    {
        using var admission = Admission(new() { BootsAtOnce = 1, BootsWaiting = 1 });
        var first = await admission.EnterAsync(Machine, CancellationToken.None);
        using var patience = new CancellationTokenSource();
        var second = admission.EnterAsync(Machine, patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        var third = admission.EnterAsync(Machine, CancellationToken.None);
        Assert.False(third.IsCompleted);
        first.Place!.Dispose();
        Assert.Null((await third).Refusal);
    }

    [Fact]
    public async Task The_memory_of_all_that_boot_and_wait_is_bounded()
    {
        using var admission = Admission(new() { BootMemory = Need * 3 / 2 });
        var first = await admission.EnterAsync(Machine, CancellationToken.None);
        var second = await admission.EnterAsync(Machine, CancellationToken.None);

        Assert.Equal(
            $"asymmetric: boots, explorations and replays take {Need / Mega} of the {Need * 3 / 2 / Mega} MB that "
            + $"this silo has for them, and this one needs about {Need / Mega} MB (try again later)", second.Refusal);
        first.Place!.Dispose();
        first.Place.Dispose();
        Assert.NotNull((await admission.EnterAsync(Machine, CancellationToken.None)).Place);
        Assert.NotNull((await admission.EnterAsync(Machine, CancellationToken.None)).Refusal);
    }

    [Fact]
    public async Task A_machine_that_no_boot_can_have_memory_for_is_refused_at_once()
    {
        using var admission = Admission(new() { BootMemory = Need - 1 });
        var answer = await admission.EnterAsync(Machine, CancellationToken.None);

        Assert.Equal(
            $"asymmetric: expected a machine that boots in the {(Need - 1) / Mega} MB that this silo has for boots, "
            + $"found one that needs about {Need / Mega} MB", answer.Refusal);
    }

    [Fact]
    public async Task What_machines_that_have_booted_still_hold_counts()
    {
        var heap = new CountedHeap(1024 * Mega);
        using var admission = Admission(new(), heap);
        Assert.NotNull((await admission.EnterAsync(Machine, CancellationToken.None)).Place);
        heap.Keep(768 * Mega);
        var answer = await admission.EnterAsync(Machine, CancellationToken.None);

        Assert.Equal(
            $"asymmetric: 768 of the 768 MB that this silo may use are in use, and this one needs about "
            + $"{Need / Mega} MB; a machine leaves the memory when it was idle for 2 minutes (try again later)",
                answer.Refusal);
    }

    [Fact]
    public async Task What_has_left_the_memory_does_not_count_although_nothing_was_collected()
    {
        var heap = new CountedHeap(1024 * Mega);
        using var admission = Admission(new(), heap);
        heap.Keep(768 * Mega);
        heap.Drop(10 * Mega);

        Assert.NotNull((await admission.EnterAsync(Machine, CancellationToken.None)).Place);
        Assert.Equal(1, heap.Collections);
    }

    [Fact]
    public async Task A_silo_that_has_room_does_not_collect()
    {
        var heap = new CountedHeap(1024 * Mega);
        using var admission = Admission(new(), heap);

        Assert.NotNull((await admission.EnterAsync(Machine, CancellationToken.None)).Place);
        Assert.Equal(0, heap.Collections);
    }

    [Fact]
    public async Task A_full_silo_collects_once_in_ten_seconds()
    {
        var heap = new CountedHeap(1024 * Mega);
        var time = new HandClock();
        using var admission = Admission(new(), heap, time);
        heap.Keep(768 * Mega);
        for (int i = 0; i < 5; i++)
            Assert.NotNull((await admission.EnterAsync(Machine, CancellationToken.None)).Refusal);
        Assert.Equal(1, heap.Collections);

        heap.Drop(10 * Mega);
        Assert.NotNull((await admission.EnterAsync(Machine, CancellationToken.None)).Refusal);
        time.Pass(FreshHeap.BetweenCollections);
        Assert.Null((await admission.EnterAsync(Machine, CancellationToken.None)).Refusal);
        Assert.Equal(2, heap.Collections);
    }

    [Fact]
    public async Task Boots_that_come_during_a_collection_wait_for_it_and_others_do_not()
    {
        var heap = new CountedHeap(1024 * Mega) { Ends = new TaskCompletionSource() };
        using var admission = Admission(new(), heap);
        heap.Keep(768 * Mega);
        heap.Drop(20 * Mega);
        var first = admission.EnterAsync(Machine, CancellationToken.None);
        var second = admission.EnterAsync(Machine, CancellationToken.None);
        Assert.False(first.IsCompleted || second.IsCompleted);
        // A machine that no collection helps is answered at once.
        var large = MachineFile.Parse("ampereone-192", BuiltInMachines.Find("ampereone-192")!);
        using var small = Admission(new() { BootMemory = Need }, heap);
        Assert.NotNull((await small.EnterAsync(large, CancellationToken.None)).Refusal);

        heap.Ends.SetResult();
        Assert.NotNull((await first).Place);
        Assert.NotNull((await second).Place);
        Assert.Equal(1, heap.Collections);
    }

    private static BootAdmission Admission(MmuOptions options) => Admission(options, new CountedHeap(1L << 40));

    private static BootAdmission Admission(MmuOptions options, CountedHeap heap, TimeProvider? time = null) => new(
        Options.Create(options), new SiloMemory(Options.Create(options), heap, time ?? new HandClock()));
}
