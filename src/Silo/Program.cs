using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Orleans.Mmu.Silo;

// A silo of its own: loopback, graceful stop on SIGTERM and Ctrl-C, health on HTTP. Standard configuration:
// appsettings.json, environment (Silo__GatewayPort=30001), command line (--Silo:GatewayPort=30001).
var builder = WebApplication.CreateSlimBuilder(args);
var settings = builder.Configuration.GetSection("Silo").Get<SiloSettings>() ?? new();
try
{
    settings.Validate();
}
catch (ArgumentOutOfRangeException e)
{
    await Console.Error.WriteLineAsync(e.Message.Split('\n')[0]);
    return 1;
}

builder.WebHost.UseUrls($"http://127.0.0.1:{settings.HttpPort}");
builder.Host.UseOrleans(silo => silo.UseLocalhostClustering(settings.SiloPort, settings.GatewayPort).AddMmu());
builder.Services.AddHealthChecks().AddCheck<SiloHealthCheck>("silo", tags: ["ready"]);

await using var app = builder.Build();
app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = c => c.Tags.Contains("ready") });
await app.RunAsync();
return 0;
