using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Orleans.Mmu.Benchmarks.Numbers;

/// <summary>Benchmarks of single operations, in this process, as one table.</summary>
internal static class InProcess
{
    private static readonly Type[] Classes =
    [
        typeof(TlbBenchmarks), typeof(WalkBenchmarks), typeof(PaintBenchmarks), typeof(PermissionBenchmarks),
        typeof(LintBenchmarks), typeof(BootBenchmarks),
    ];

    /// <returns>A table of Markdown.</returns>
    /// <exception cref="InvalidOperationException">A benchmark gives no result.</exception>
    public static string Measure()
    {
        var table = new StringBuilder(
            "| benchmark | mean | standard deviation | allocated |\n|---|---|---|---|\n");
        foreach (var type in Classes)
        {
            Console.Error.WriteLine($"benchmarks: {type.Name}");
            var summary = BenchmarkRunner.Run(type, ConfigOf(type));
            foreach (var report in summary.Reports)
            {
                var statistics = report.ResultStatistics
                    ?? throw new InvalidOperationException($"{report.BenchmarkCase.DisplayInfo} gives no result");
                string parameters = report.BenchmarkCase.Parameters.DisplayInfo;
                table.Append(CultureInfo.InvariantCulture,
                    $"| `{type.Name}.{report.BenchmarkCase.Descriptor.WorkloadMethod.Name}` {parameters} ")
                    .Append(CultureInfo.InvariantCulture, $"| {Time(statistics.Mean)} ")
                    .Append(CultureInfo.InvariantCulture, $"| {Time(statistics.StandardDeviation)} ")
                    .Append(CultureInfo.InvariantCulture,
                        $"| {Bytes(report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0)} |\n");
            }
        }

        return table.ToString();
    }

    // A class that brings a job of its own runs that one alone.
    private static ManualConfig ConfigOf(Type type)
    {
        var config = ManualConfig.CreateEmpty()
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddDiagnoser(MemoryDiagnoser.Default);
        return type.IsDefined(typeof(ConfigAttribute), inherit: false) ? config
            : config.AddJob(
                Job.ShortRun.WithToolchain(new InProcessEmitToolchain(TimeSpan.FromHours(1), logOutput: false)));
    }

    private static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1e3 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:0.0} ns"),
        < 1e6 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e3:0.0} µs"),
        < 1e9 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e6:0.0} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e9:0.00} s"),
    };

    private static string Bytes(long bytes) => bytes switch
    {
        < 1 << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB"),
    };
}
