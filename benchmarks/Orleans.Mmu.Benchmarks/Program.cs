using BenchmarkDotNet.Running;

BenchmarkSwitcher.FromAssembly(typeof(Orleans.Mmu.Benchmarks.TlbBenchmarks).Assembly).Run(args);
