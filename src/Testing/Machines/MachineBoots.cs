using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Linux.ProtocolFiles;

namespace Orleans.Mmu.Testing.Machines;

/// <summary>Whole boots.</summary>
public static class MachineBoots
{
    /// <summary>Boots a machine that no other test has.</summary>
    /// <param name="json">The text of a machine file.</param>
    /// <param name="protocol">
    /// How to repaint, should that be needed: the name of a built-in protocol, or the text of a protocol file.
    /// </param>
    /// <param name="seed">The adversary's: the same seed finds the same.</param>
    /// <param name="force">Repaint even where every CPU may split live.</param>
    /// <param name="trace">Keep what every CPU did.</param>
    /// <returns>The machine's key, which grains of its CPUs begin with, and its report.</returns>
    /// <exception cref="ArgumentException">
    /// The text is no machine, or there is no such protocol; the message says what was expected.
    /// </exception>
    public static async Task<(string Key, BootReport Report)> BootMachineAsync(
        this IGrainFactory grains, string json, string protocol, long seed, bool force = false, bool trace = false)
    {
        string key = $"test-{Guid.NewGuid():N}";
        string? text = protocol.Contains('\n') ? protocol : null;
        var request = new BootRequest(
            new("test", json), text is null ? protocol : NameIn(text), seed, force, trace)
        {
            ProtocolFile = text,
        };
        var answer = await grains.GetGrain<IMachineGrain>(key).Boot(request, CancellationToken.None);
        return answer.InputError is { } error ? throw new ArgumentException(error) : (key, answer.Report!);
    }

    private static string NameIn(string text)
    {
        try
        {
            return BuiltInProtocols.Read("protocol", text).Protocol.Name;
        }
        catch (InputException e)
        {
            throw new ArgumentException(e.Message, e);
        }
    }
}
