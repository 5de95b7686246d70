using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Mmu.Silo.Hosting;
using Orleans.Mmu.Silo.Settings;

namespace Orleans.Mmu.Chaos.Crashes;

/// <summary>
/// A silo as src/Silo makes it, with a fuse. Lines on standard input set it: "fuse MACHINE MOMENT" and "count".
/// </summary>
internal static class CrashSilo
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var builder = Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings { Args = arguments, ContentRootPath = AppContext.BaseDirectory });
        var settings = builder.Configuration.GetSection("Silo").Get<SiloSettings>() ?? new();
        var fuse = new CrashFuse();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.UseOrleans(silo =>
        {
            silo.AddMmu(settings);
            // Most of a run is waiting for the others to notice: half a second instead of three.
            silo.Configure<ClusterMembershipOptions>(
                o => (o.ProbeTimeout, o.NumMissedProbesLimit) = (TimeSpan.FromMilliseconds(500), 2));
            silo.Services.AddSingleton(fuse);
            silo.AddIncomingGrainCallFilter(fuse);
            FusedStorage.AddTo(silo.Services);
        });
        using var host = builder.Build();
        await host.StartAsync();
        await Console.Out.WriteLineAsync("silo ready");
        while (await Console.In.ReadLineAsync() is { } line)
            await Console.Out.WriteLineAsync(Obey(fuse, line.Split(' ')));
        await host.StopAsync();
        return 0;
    }

    private static string Obey(CrashFuse fuse, string[] words)
    {
        if (words is not ["fuse", var machine, var moment])
            return string.Create(CultureInfo.InvariantCulture, $"count {fuse.Count}");
        fuse.Set(machine, long.Parse(moment, CultureInfo.InvariantCulture));
        return "fuse is set";
    }
}
