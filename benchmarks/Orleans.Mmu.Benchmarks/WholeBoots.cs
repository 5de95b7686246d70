using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Orleans.Mmu.Benchmarks;

/// <summary>
/// Whole boots take long enough to be measured one by one, in this process: building a project for each would measure
/// nothing more.
/// </summary>
internal sealed class WholeBoots : ManualConfig
{
    public WholeBoots()
    {
        AddJob(Job.Default
            .WithStrategy(RunStrategy.Monitoring)
            .WithInvocationCount(1)
            .WithUnrollFactor(1)
            .WithWarmupCount(2)
            .WithIterationCount(5)
            .WithToolchain(new InProcessEmitToolchain(TimeSpan.FromHours(1), logOutput: true)));
    }
}
