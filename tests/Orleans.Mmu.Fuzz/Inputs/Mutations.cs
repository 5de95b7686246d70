using System.Text;
using Orleans.Mmu.Fuzz.Cases;

namespace Orleans.Mmu.Fuzz.Inputs;

/// <summary>Changes a valid input: single bytes and parts of it, as a damaged or foreign file has them.</summary>
internal sealed class Mutations(Dice dice)
{
    // Larger inputs are those that mmu refuses for their size alone.
    private const int MostBytes = 1 << 20;

    /// <summary>The input after up to <paramref name="most"/> changes.</summary>
    public byte[] Apply(byte[] bytes, int most)
    {
        for (int i = 1 + dice.Below(most); i > 0; i--)
        {
            bytes = IsText(bytes) && dice.Chance(75) ? Encoding.UTF8.GetBytes(
                new TextMutations(dice).Apply(Encoding.UTF8.GetString(bytes))) : Binary(bytes);
            if (bytes.Length > MostBytes)
                bytes = bytes[..MostBytes];
        }

        return bytes;
    }

    private byte[] Binary(byte[] bytes)
    {
        int at = dice.Below(bytes.Length + 1);
        int length = Math.Min(dice.Length(64), bytes.Length - at);
        switch (dice.Below(8))
        {
            case 0:
                return bytes[..at];
            case 1:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 2:
                return [.. bytes[..at], .. Random(length), .. bytes[at..]];
            case 3:
                return [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]];
            case 4:
                return [.. bytes[..at], .. dice.Of(OddBytes.All), .. bytes[at..]];
            case 5:
                return [.. bytes[..at], .. new byte[length], .. bytes[(at + length)..]];
            case 6:
                return [.. bytes[..at], .. Random(length), .. bytes[(at + length)..]];
            default:
                byte[] flipped = [.. bytes];
                if (at < flipped.Length)
                    flipped[at] ^= (byte)(1 << dice.Below(8));
                return flipped;
        }
    }

    private byte[] Random(int length) => [.. Enumerable.Range(0, length).Select(_ => (byte)dice.Bits())];

    private static bool IsText(byte[] bytes) => bytes.AsSpan(0, Math.Min(bytes.Length, 256)).IndexOf((byte)0) < 0;
}
