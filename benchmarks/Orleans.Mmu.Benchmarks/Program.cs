using System.Globalization;
using BenchmarkDotNet.Running;
using Orleans.Mmu.Benchmarks;
using Orleans.Mmu.Benchmarks.Numbers;
using Orleans.Mmu.Benchmarks.Spin;
using Orleans.Mmu.Benchmarks.TlbModel;

if (args is ["spin", "live", .. var live])
    return SpinComparison.Run(live.FirstOrDefault(), parks: false);
if (args is ["spin", .. var park])
    return SpinComparison.Run(park.FirstOrDefault(), parks: true);
if (args is ["tlb"])
    return TlbComparison.Run();
if (args is ["dance"])
    return await DanceComparison.RunAsync(turns: 25, bigBoots: true);
if (args is ["dance", var turns])
    return await DanceComparison.RunAsync(int.Parse(turns, CultureInfo.InvariantCulture), bigBoots: false);
if (args is ["crowd"])
    return await Crowd.RunAsync();
if (args is ["numbers", .. var installed])
    return await NumbersPage.WriteAsync(installed.FirstOrDefault());
if (args is ["live"])
    return await LiveCost.RunAsync();
if (args is ["takeup", .. var bounds])
    return TakeUpProof.Run(bounds);
BenchmarkSwitcher.FromAssembly(typeof(TlbBenchmarks).Assembly).Run(args);
return 0;
