using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Testing.Machines;

/// <summary>Whole boots.</summary>
public static class MachineBoots
{
    /// <summary>Boots a machine that no other test has.</summary>
    /// <param name="json">The text of a machine file.</param>
    /// <param name="protocol">The built-in protocol of a repaint, should there be one.</param>
    /// <param name="seed">The adversary's: the same seed finds the same.</param>
    /// <param name="force">Repaint even where every CPU may split live.</param>
    /// <param name="trace">Keep what every CPU did.</param>
    /// <returns>The machine's key, which grains of its CPUs begin with, and its report.</returns>
    /// <exception cref="ArgumentException">
    /// The text is no machine or there is no such protocol; the message says what was expected.
    /// </exception>
    public static async Task<(string Key, BootReport Report)> BootMachineAsync(
        this IGrainFactory grains, string json, string protocol, long seed, bool force = false, bool trace = false)
    {
        string key = $"test-{Guid.NewGuid():N}";
        var answer = await grains.GetGrain<IMachineGrain>(key)
            .Boot(new(new("test", json), protocol, seed, force, trace), CancellationToken.None);
        return answer.InputError is { } error
            ? throw new ArgumentException(error, nameof(json)) : (key, answer.Report!);
    }
}
