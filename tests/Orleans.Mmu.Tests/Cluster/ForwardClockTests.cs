using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Silo.Clocks;
using Orleans.Mmu.Silo.Hosting;
using Orleans.Mmu.Tests.Boot;
using Orleans.TestingHost;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>What a silo does whose clock is set back.</summary>
public sealed class ForwardClockTests
{
    [Fact]
    public void It_never_goes_back_and_never_stands_still()
    {
        var wall = new WallClock();
        var clock = new ForwardClock(wall);
        var start = clock.GetUtcNow();
        wall.Elapse(TimeSpan.FromSeconds(1));
        Assert.Equal(start.AddSeconds(1), clock.GetUtcNow());
        wall.Set(TimeSpan.FromSeconds(-300));
        Assert.Equal(start.AddSeconds(1), clock.GetUtcNow());
        wall.Elapse(TimeSpan.FromSeconds(2));
        Assert.Equal(start.AddSeconds(3), clock.GetUtcNow());
        wall.Set(TimeSpan.FromSeconds(3600));
        Assert.Equal(start.AddSeconds(3303), clock.GetUtcNow());
    }

    [Fact]
    public async Task A_silo_whose_clock_is_set_back_boots_machines()
    {
        var wall = new WallClock();
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMmu();
            silo.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(wall));
        });
        await using var cluster = builder.Build();
        await cluster.DeployAsync();
        await BootAsync(cluster.Client);
        wall.Set(TimeSpan.FromHours(-1));
        await BootAsync(cluster.Client);
    }

    private static async Task BootAsync(IGrainFactory grains)
    {
        var request = new BootRequest(new("test", Lab.Small("asymmetric")), "idmap-reserved", 1, false, false);
        var answer = await grains.GetGrain<IMachineGrain>($"test-{Guid.NewGuid():N}")
            .Boot(request, CancellationToken.None);
        Assert.Equal("repaint", answer.Report!.Mode);
    }

    /// <summary>A system clock that the test sets; stopwatches and timers go on evenly.</summary>
    private sealed class WallClock : TimeProvider
    {
        private readonly DateTimeOffset _start = System.GetUtcNow();
        private TimeSpan _elapsed;
        private TimeSpan _set;

        public void Elapse(TimeSpan time) => _elapsed += time;

        public void Set(TimeSpan by) => _set += by;

        public override DateTimeOffset GetUtcNow() => _start + _elapsed + _set;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _elapsed.Ticks;
    }
}
