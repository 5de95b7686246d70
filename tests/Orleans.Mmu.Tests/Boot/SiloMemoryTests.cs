using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Mmu.Grains.Admission;
using Orleans.Mmu.Grains.Options;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>What boots, explorations and replays may take of one silo's memory.</summary>
public sealed class SiloMemoryTests
{
    private const long Mega = 1 << 20;

    [Fact]
    public async Task Shares_leave_a_quarter_for_boots()
    {
        var memory = Memory(new CountedHeap(1L << 40), forWork: 100 * Mega);
        using var share = memory.Open();

        Assert.Null(await share.ResizeAsync(75 * Mega));
        Assert.Equal(
            "explorations and replays take 75 of the 75 MB that this silo has for them, and this needs 1 MB more "
            + "(try again later)", await share.ResizeAsync(75 * Mega + 1));
        Assert.Equal(75 * Mega, share.Bytes);
        Assert.Null(memory.Take(25 * Mega));
        Assert.Equal(MemoryBound.Work, memory.Take(1)?.Bound);
    }

    [Fact]
    public async Task Boots_and_shares_take_of_one_budget()
    {
        var memory = Memory(new CountedHeap(1L << 40), forWork: 100 * Mega);
        using var share = memory.Open();
        Assert.Null(memory.Take(60 * Mega));

        Assert.Equal(
            "boots, explorations and replays take 60 of the 100 MB that this silo has for them, and this needs 41 MB "
            + "more (try again later)", await share.ResizeAsync(41 * Mega));
        memory.Return(60 * Mega);
        Assert.Null(await share.ResizeAsync(41 * Mega));
    }

    [Fact]
    public async Task What_is_given_back_can_be_taken_again()
    {
        var memory = Memory(new CountedHeap(1L << 40), forWork: 100 * Mega);
        var first = memory.Open();
        using var second = memory.Open();
        Assert.Null(await first.ResizeAsync(75 * Mega));
        Assert.NotNull(await second.ResizeAsync(10 * Mega));

        Assert.Null(await first.ResizeAsync(65 * Mega));
        Assert.Null(await second.ResizeAsync(10 * Mega));
        first.Dispose();
        first.Dispose();
        Assert.Null(await second.ResizeAsync(75 * Mega));
    }

    [Fact]
    public async Task A_silo_without_work_gives_memory_back_once()
    {
        var heap = new CountedHeap(1L << 40);
        var time = new FakeTimeProvider();
        var options = new MmuOptions { BootMemory = 100 * Mega, ReturnsMemory = true };
        using var memory = new SiloMemory(Options.Create(options), heap, time);
        using var share = memory.Open();
        Assert.Null(memory.Take(Mega));
        Assert.Null(await share.ResizeAsync(Mega));
        memory.Return(Mega);
        time.Advance(2 * IdleSilo.Wait);
        Assert.Equal(0, heap.Trims);

        Assert.Null(await share.ResizeAsync(0));
        time.Advance(IdleSilo.Wait - TimeSpan.FromSeconds(1));
        Assert.Null(memory.Take(Mega));
        time.Advance(2 * IdleSilo.Wait);
        Assert.Equal(0, heap.Trims);

        memory.Return(Mega);
        time.Advance(IdleSilo.Wait);
        Assert.Equal(1, heap.Trims);
        time.Advance(2 * IdleSilo.Wait);
        Assert.Equal(1, heap.Trims);
    }

    [Fact]
    public async Task A_share_that_does_not_fit_the_process_asks_for_a_collection_first()
    {
        var heap = new CountedHeap(1024 * Mega);
        var memory = Memory(heap, forWork: null);
        using var share = memory.Open();
        heap.Keep(760 * Mega);
        Assert.Equal(
            "760 of the 768 MB that this silo may use are in use, and this needs 9 MB more (try again later)",
            await share.ResizeAsync(9 * Mega));

        memory = Memory(heap, forWork: null);
        using var other = memory.Open();
        heap.Drop(Mega);
        Assert.Null(await other.ResizeAsync(9 * Mega));
        Assert.Equal(2, heap.Collections);
    }

    private static SiloMemory Memory(CountedHeap heap, long? forWork) =>
        new(Options.Create(new MmuOptions { BootMemory = forWork }), heap, new HandClock());
}
