using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Mmu.Chaos.Processes;
using Orleans.Mmu.Silo.Hosting;
using Orleans.Mmu.Silo.Settings;

namespace Orleans.Mmu.Chaos.Moments;

/// <summary>
/// A silo as src/Silo makes it, with a fuse for moments. It has no health checks, which would end a silo that is no
/// member any more: it lives for as long as Orleans lets it. Lines on standard input: those of <see cref="Strike"/>,
/// "clear", "release", "clock SECONDS", "break silos", "break clients", "cpus MACHINE COUNT".
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
        var silos = new OpenConnections("reset between silos");
        var clients = new OpenConnections("reset of clients");
        builder.Logging.ClearProviders()
            .AddSimpleConsole(o => (o.SingleLine, o.TimestampFormat) = (true, "HH:mm:ss.fff "))
            .SetMinimumLevel(LogLevel.Warning).AddFilter("Orleans.Mmu", LogLevel.Debug);
        builder.UseOrleans(silo =>
        {
            silo.AddMmu(settings);
            silo.AddOutgoingGrainCallFilter(fuse);
            silo.Configure<SiloConnectionOptions>(options =>
            {
                options.ConfigureSiloInboundConnection(silos.Join);
                options.ConfigureSiloOutboundConnection(silos.Join);
                options.ConfigureGatewayInboundConnection(clients.Join);
            });
            silo.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
        });
        using var host = builder.Build();
        await host.StartAsync();
        await Console.Out.WriteLineAsync("silo ready");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            string? answer = await ObeyAsync(line);
            await Console.Out.WriteLineAsync($"obeyed {line} {answer}");
        }

        await host.StopAsync();
        return 0;

        async Task<string?> ObeyAsync(string line)
        {
            switch (line.Split(' '))
            {
                case ["clock", var seconds]:
                    clock.Set(TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)));
                    return null;
                case ["break", var whose]:
                    (whose == "silos" ? silos : clients).Break();
                    return null;
                case ["cpus", var machine, var count]:
                    return await BootVerdict.WhatIsWrongWithAsync(host.Services.GetRequiredService<IGrainFactory>(),
                        machine, int.Parse(count, CultureInfo.InvariantCulture), CancellationToken.None);
                case ["clear"]:
                    fuse.Clear();
                    return null;
                case ["release"]:
                    fuse.Release();
                    return null;
                default:
                    fuse.Add(Strike.Of(line) ?? throw new ArgumentException($"expected a command, found '{line}'"));
                    return null;
            }
        }
    }
}
