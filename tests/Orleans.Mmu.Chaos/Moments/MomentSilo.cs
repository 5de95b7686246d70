using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Mmu.Silo.Hosting;
using Orleans.Mmu.Silo.Settings;

namespace Orleans.Mmu.Chaos.Moments;

/// <summary>
/// A silo as src/Silo makes it, with a fuse for moments. It has no health checks, which would end a silo that is no
/// member any more: it lives for as long as Orleans lets it. Lines on standard input: those of <see cref="Strike"/>,
/// "clear", "release", "clock SECONDS".
/// </summary>
internal static class MomentSilo
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var builder = Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings { Args = arguments, ContentRootPath = AppContext.BaseDirectory });
        var settings = builder.Configuration.GetSection("Silo").Get<SiloSettings>() ?? new();
        var fuse = new MomentFuse();
        var clock = new ShiftedClock();
        builder.Logging.ClearProviders()
            .AddSimpleConsole(o => (o.SingleLine, o.TimestampFormat) = (true, "HH:mm:ss.fff "))
            .SetMinimumLevel(LogLevel.Warning).AddFilter("Orleans.Mmu", LogLevel.Debug);
        builder.UseOrleans(silo =>
        {
            silo.AddMmu(settings);
            silo.AddOutgoingGrainCallFilter(fuse);
            silo.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
        });
        using var host = builder.Build();
        await host.StartAsync();
        await Console.Out.WriteLineAsync("silo ready");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            Obey(fuse, clock, line);
            await Console.Out.WriteLineAsync($"obeyed {line}");
        }

        await host.StopAsync();
        return 0;
    }

    private static void Obey(MomentFuse fuse, ShiftedClock clock, string line)
    {
        if (Strike.Of(line) is { } strike)
            fuse.Add(strike);
        else if (line.Split(' ') is ["clock", var seconds])
            clock.Set(TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)));
        else if (line == "clear")
            fuse.Clear();
        else
            fuse.Release();
    }
}
