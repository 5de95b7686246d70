using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using Orleans.Mmu.Silo.Live;
using Orleans.Mmu.Viewer.Live;

namespace Orleans.Mmu.Tests.Live;

/// <summary>One observer for all pages of one address, on a clock and with looks that the test gives.</summary>
public sealed class PageWatchTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Channel<MachineSight> _sights = Channel.CreateUnbounded<MachineSight>();
    private readonly SemaphoreSlim _looked = new(0);
    private int _looks;

    public void Dispose() => _looked.Dispose();

    [Fact]
    public async Task Fifty_pages_cost_one_look_a_period()
    {
        var watch = Watch();
        Watcher[] pages = [.. Enumerable.Range(0, 50).Select(_ => Enter(watch))];

        for (int waiting = 0; waiting < 4; waiting++)
        {
            Sees(SampleMachine.Booting(waiting));
            foreach (var page in pages)
            {
                string text = (await NextAsync(page)).Html;
                Assert.Contains($"{waiting} of 191 secondaries wait", text, StringComparison.Ordinal);
            }

            _time.Advance(PageWatch.Period);
        }

        Sees(SampleMachine.Refused);
        foreach (var page in pages)
            Assert.True((await NextAsync(page)).IsLast);
        await watch.Ended;
        Assert.Equal(5, _looks);
    }

    [Fact]
    public async Task A_page_that_reads_nothing_holds_no_other_and_gets_the_newest()
    {
        var watch = Watch();
        var (slow, quick) = (Enter(watch), Enter(watch));
        for (int waiting = 0; waiting < 20; waiting++)
        {
            Sees(SampleMachine.Booting(waiting));
            await NextAsync(quick);
            _time.Advance(PageWatch.Period);
        }

        Sees(SampleMachine.Refused);
        await watch.Ended;
        var fragments = await slow.Fragments.ReadAllAsync().ToListAsync();
        Assert.True(Assert.Single(fragments).IsLast);
    }

    [Fact]
    public async Task What_shows_the_same_is_not_given_again()
    {
        var watch = Watch();
        var page = Enter(watch);
        Sees(SampleMachine.Booting(3));
        await NextAsync(page);
        _time.Advance(PageWatch.Period);
        Sees(SampleMachine.Booting(3));
        await _looked.WaitAsync();
        await _looked.WaitAsync();

        // The next look fails, so that the watch ends.
        _sights.Writer.Complete();
        _time.Advance(PageWatch.Period);
        await Assert.ThrowsAsync<ChannelClosedException>(() => watch.Ended.WaitAsync(TestLimit.Length));
        Assert.Empty(await page.Fragments.ReadAllAsync().ToListAsync());
    }

    [Fact]
    public async Task A_page_that_comes_later_gets_the_newest_at_once()
    {
        var watch = Watch();
        var first = Enter(watch);
        Sees(SampleMachine.Booting(3));
        await NextAsync(first);

        Assert.Contains("3 of 191", (await NextAsync(Enter(watch))).Html, StringComparison.Ordinal);
        Assert.Equal(1, _looks);
    }

    [Fact]
    public async Task Nothing_is_looked_at_once_the_last_page_is_closed()
    {
        var watch = Watch();
        var (one, other) = (Enter(watch), Enter(watch));
        Sees(SampleMachine.Booting(3));
        await NextAsync(one);
        one.Dispose();
        Assert.False(watch.Ended.IsCompleted);
        other.Dispose();

        await watch.Ended.WaitAsync(TestLimit.Length);
        Assert.Equal(1, _looks);
    }

    private PageWatch Watch() => new(LookAsync, PageWatch.Period, _time);

    private static Watcher Enter(PageWatch watch)
    {
        var watcher = new Watcher(gone =>
        {
            if (watch.Remove(gone))
                watch.Dispose();
        });
        watch.Add(watcher);
        return watcher;
    }

    private void Sees(MachineSight sight) => Assert.True(_sights.Writer.TryWrite(sight));

    private async Task<ILiveSight> LookAsync(CancellationToken cancellationToken)
    {
        var sight = await _sights.Reader.ReadAsync(cancellationToken);
        _looks++;
        _looked.Release();
        return sight;
    }

    private static async Task<LiveFragment> NextAsync(Watcher page) =>
        await page.Fragments.ReadAsync().AsTask().WaitAsync(TestLimit.Length);
}
