using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsCheck;

namespace Orleans.Mmu.Tests.Cases;

/// <summary>
/// The cases of one property. Case <c>i</c> is drawn from the seed, the property's name and <c>i</c> alone: neither the
/// number of cases nor the threads that check them change it.
/// </summary>
/// <param name="Property">Class and method that check the property.</param>
/// <param name="Fewest">How many cases are checked however long they take.</param>
internal sealed record CaseSequence(string Property, long Fewest, CaseSettings Settings)
{
    private readonly long _begun = Stopwatch.GetTimestamp();

    public long Count => Fewest * Settings.Times;

    /// <summary>The property that a method of a file checks; its cases do not depend on the file's folder.</summary>
    public static CaseSequence Of(string file, string method, long fewest) => new(
        $"{Path.GetFileNameWithoutExtension(file[(file.LastIndexOfAny(['/', '\\']) + 1)..])}.{method}", fewest,
        CaseSettings.Current);

    /// <summary>The source of one case.</summary>
    public PCG Source(long index) => new(stream: 0, BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Settings.Seed}/{Property}/{index}")))));

    /// <summary>A case that is one too many for the time that the settings give.</summary>
    public bool ComesTooLate(long index) =>
        index >= Fewest && Settings.Limit is { } limit && Stopwatch.GetElapsedTime(_begun) > limit;
}
