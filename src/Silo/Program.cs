using Orleans.Dashboard;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Silo;
using Orleans.Mmu.Silo.Health;
using Orleans.Mmu.Silo.Hosting;
using Orleans.Mmu.Silo.Live;
using Orleans.Mmu.Silo.Settings;
using Orleans.Mmu.Silo.Telemetry;

// A silo that runs alone: loopback by default, graceful stop on SIGTERM and Ctrl-C; health, metrics and the dashboard
// on HTTP. Standard configuration: appsettings.json beside the program, environment (Silo__GatewayPort=30001), command
// line (--Silo:GatewayPort=30001).
var builder = WebApplication.CreateSlimBuilder(
    new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
try
{
    var settings = builder.Configuration.GetSection("Silo").Get<SiloSettings>() ?? new();
    settings.Validate();
    var identity = settings.Endpoints.LoadIdentity();
    builder.WebHost.UseUrls($"http://127.0.0.1:{settings.HttpPort}");
    builder.Services.Configure<MmuOptions>(options => options.ReturnsMemory = true);
    builder.Host.UseOrleans(silo =>
    {
        silo.AddMmu(settings, identity);
        if (settings.Dashboard)
            silo.AddDashboard();
    });
    builder.AddTelemetry();
    builder.Services.AddHealth(settings);

    if (settings.Live)
        builder.Services.AddLive(new LiveRights(MayBoot: identity is null));

    await using var app = builder.Build();
    app.MapHealth();
    app.MapTelemetry();
    if (settings.Dashboard)
        app.MapOrleansDashboard(routePrefix: "/dashboard");
    if (settings.Live)
        app.MapLive();
    if (settings.Endpoints.AtRisk)
        app.Logger.PlaintextRisk(settings.Endpoints.Listen);
    await app.StartAsync();
    await Console.Out.WriteLineAsync(
        $"silo ready: mmu boot asymmetric --silo {settings.Endpoints.Gateway}; health at " +
        $"http://127.0.0.1:{settings.HttpPort}/health/ready");
    await app.WaitForShutdownAsync();
    return app.Services.GetService<OwnRow>() is { IsLost: true } ? 1 : 0;
}
catch (Exception e) when (Environment.GetEnvironmentVariable("MMU_DEBUG") != "1")
{
    await Console.Error.WriteLineAsync($"the silo cannot run: {e.GetBaseException().Message.Split('\n')[0]}");
    return 1;
}
