using System.Collections.Concurrent;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Silo.Live;

/// <summary>
/// The boots that were asked for on a page. A machine knows of a boot once it has begun it; until then, and where it is
/// refused, only this list does.
/// </summary>
internal sealed class BegunBoots(IGrainFactory grains, IHostApplicationLifetime lifetime)
{
    private const int MostRefused = 100;

    private readonly ConcurrentDictionary<string, BegunBoot> _boots = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _refused = new();

    /// <summary>Begins a boot; its page has the key that is returned.</summary>
    public string Begin(BootRequest request)
    {
        string key = $"{request.Machine.Description.Name}-{Guid.NewGuid():N}";
        _boots[key] = new(request, null);
        _ = Task.Run(() => PerformAsync(key, request));
        return key;
    }

    /// <summary>A boot that has not ended in a report; null for every other.</summary>
    public BegunBoot? Find(string key) => _boots.GetValueOrDefault(key);

    private async Task PerformAsync(string key, BootRequest request)
    {
        try
        {
            var answer = await grains.GetGrain<IMachineGrain>(key).Boot(request, lifetime.ApplicationStopping);
            if (answer.InputError is { } refusal)
                Refuse(key, request, refusal);
            else
                _boots.TryRemove(key, out _);
        }
        catch (Exception e) when (e is OperationCanceledException || CallFailures.HasUnknownOutcome(e))
        {
            // What becomes of the boot is in the machine, if it has begun it.
            _boots.TryRemove(key, out _);
        }
        catch (Exception e)
        {
            Refuse(key, request, $"the boot failed: {e.Message}");
        }
    }

    private void Refuse(string key, BootRequest request, string sentence)
    {
        _boots[key] = new(request, sentence);
        _refused.Enqueue(key);
        if (_refused.Count > MostRefused && _refused.TryDequeue(out string? oldest))
            _boots.TryRemove(oldest, out _);
    }
}

/// <param name="Refusal">Why there will be no report; null while the boot may still end in one.</param>
internal sealed record BegunBoot(BootRequest Request, string? Refusal);
