namespace Orleans.Mmu.Benchmarks;

/// <summary>What a call to a grain costs that does nothing.</summary>
[Alias("mmu.benchmarks.IEmptyGrain")]
public interface IEmptyGrain : IGrainWithStringKey
{
    [Alias("Nothing")]
    Task Nothing();
}

/// <summary>Does nothing.</summary>
public sealed class EmptyGrain : Grain, IEmptyGrain
{
    public Task Nothing() => Task.CompletedTask;
}

/// <summary>Asks many grains at once and waits for all of them, as a dance does.</summary>
[Alias("mmu.benchmarks.IFanOutGrain")]
public interface IFanOutGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// The time of some fan-outs over the same grains, in microseconds each. The first activates them; the second finds
    /// them as a dance finds CPUs, activated and not asked since; the last ones find them in the caches.
    /// </summary>
    [Alias("Measure")]
    Task<double[]> Measure(string name, int grains, int times);
}

/// <summary>Measures bare fan-outs.</summary>
public sealed class FanOutGrain : Grain, IFanOutGrain
{
    public async Task<double[]> Measure(string name, int grains, int times)
    {
        var empty = Enumerable.Range(0, grains).Select(i => GrainFactory.GetGrain<IEmptyGrain>($"{name}/{i}")).ToList();
        double[] took = new double[times];
        for (int i = 0; i < times; i++)
        {
            long began = System.Diagnostics.Stopwatch.GetTimestamp();
            await Task.WhenAll(empty.Select(g => g.Nothing()));
            took[i] = System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMicroseconds;
        }

        return took;
    }
}
