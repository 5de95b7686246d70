using System.Globalization;
using System.Text.Json;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Cpus;

namespace Orleans.Mmu.Linux.MachineFiles;

/// <summary>Typed readings of a <see cref="JsonSource"/>; an error says what was expected and what was found.</summary>
public static class JsonReading
{
    extension(JsonSource value)
    {
        /// <summary>Refuses any other key than the given ones.</summary>
        public JsonSource WithKeys(params ReadOnlySpan<string> known)
        {
            if (value.Kind != JsonTokenType.StartObject)
                throw value.Error($"expected an object, found {value.Found}");
            foreach (var (key, member) in value.Members)
            {
                if (!known.Contains(key))
                    throw member.Error($"unknown key; expected {string.Join(", ", known.ToArray())}");
            }

            return value;
        }

        public JsonSource Required(string key) =>
            value.Members.TryGetValue(key, out var member)
                ? member
                : throw value.Error($"expected the key \"{key}\", found none");

        public JsonSource? Optional(string key) => value.Members.GetValueOrDefault(key);

        public IReadOnlyList<JsonSource> AsArray() =>
            value.Kind == JsonTokenType.StartArray ? value.Items
                : throw value.Error($"expected an array, found {value.Found}");

        public string AsString() =>
            value.Kind == JsonTokenType.String ? value.Text
                : throw value.Error($"expected a string, found {value.Found}");

        public bool AsBoolean() => value.Kind switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => throw value.Error($"expected true or false, found {value.Found}"),
        };

        public int AsInteger(int least, int most) =>
            value.Kind == JsonTokenType.Number
            && int.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int n)
                && n >= least && n <= most
                ? n
                : throw value.Error($"expected a whole number from {least} to {most}, found {value.Found}");

        /// <summary>A distance from address 0, modulo 2^64.</summary>
        public PhysicalAddress AsOffset() =>
            Number(value) is { } n ? new(n)
                : throw value.Error($"expected an address such as \"0x40000000\", found {value.Found}");

        /// <summary>A virtual address in the form in which addresses are printed.</summary>
        public VirtualAddress AsVirtualAddress() =>
            Number(value) is { } n ? new(n)
                : throw value.Error($"expected an address such as \"0xffffff8000000000\", found {value.Found}");

        /// <summary>An address: "0x40000000" or a whole number.</summary>
        public PhysicalAddress AsAddress() =>
            Number(value) is { } n && n >> PhysicalAddress.MaxBits == 0 ? new(n)
                : throw value.Error(
                    $"expected an address such as \"0x40000000\", below 2^{PhysicalAddress.MaxBits}, found "
                    + value.Found);

        /// <summary>A size in bytes: "256G", "0x1000", or a whole number.</summary>
        public ulong AsSize()
        {
            string text = value.Text;
            int unit = value.Kind == JsonTokenType.String
                && text.Length > 1 ? "KMGT".IndexOf(text[^1], StringComparison.Ordinal) : -1;
            if (unit >= 0)
            {
                int shift = 10 * (unit + 1);
                if (ulong.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture,
                    out ulong n) && n > 0 && n <= 1UL << PhysicalAddress.MaxBits >> shift)
                    return n << shift;
            }
            else if (Number(value) is { } n && n is > 0 and <= 1UL << PhysicalAddress.MaxBits)
            {
                return n;
            }

            throw value.Error($"expected a size such as \"256G\", found {value.Found}");
        }

        public Midr AsMidr() =>
            Number(value) is { } n and <= uint.MaxValue and > 0 ? new((uint)n)
                : throw value.Error($"expected a 32-bit MIDR such as \"0x410fd842\", found {value.Found}");
    }

    private static ulong? Number(JsonSource value) => value.Kind switch
    {
        JsonTokenType.String when value.Text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            && ulong.TryParse(value.Text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out ulong hex) => hex,
        JsonTokenType.Number when ulong.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture,
            out ulong n) => n,
        _ => null,
    };
}
