using Microsoft.Extensions.DependencyInjection;
using Orleans.Mmu.Interfaces;
using Orleans.Mmu.Silo;
using Orleans.Mmu.Linux;
var sw = System.Diagnostics.Stopwatch.StartNew();
using var host = await EmbeddedSilo.StartAsync(default);
Console.WriteLine($"silo {sw.ElapsedMilliseconds} ms");
var f = host.Services.GetRequiredService<IGrainFactory>();
var json = File.Exists(args[0]) ? File.ReadAllText(args[0]) : BuiltInMachines.Find(args[0])!;
var a = await f.GetGrain<IMachineGrain>("x" + Guid.NewGuid()).Boot(new(new(args[0], json), args[1], long.Parse(args[2]), args.Length > 3, false), default);
Console.WriteLine($"boot {sw.ElapsedMilliseconds} ms {a.InputError}");
if (a.Report is { } r) {
foreach (var l in r.Log.Take(12).Concat(r.Log.TakeLast(6))) Console.WriteLine(l);
Console.WriteLine($"{r.Mode} {r.Outcome} {r.Repaint} {string.Join(",", r.After.Leaves)}");
foreach (var v in r.Violations.Take(3)) { Console.WriteLine(v.Rule + " " + v.Message); foreach (var e in v.Explanation) Console.WriteLine("   " + e); }
Console.WriteLine(r.Violations.Length + " " + string.Join(" ", r.Cpus.Take(10).Select(c => $"{c.Id}:{c.State}:{c.Ttbr1}:{c.TlbEntries}")));
}
Console.WriteLine($"rss {Environment.WorkingSet >> 20} MB");
