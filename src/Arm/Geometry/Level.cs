using System.Globalization;

namespace Orleans.Mmu.Arm.Geometry;

/// <summary>A level of translation-table lookup, -1 to 3. Level 3 holds pages; -1 exists only with FEAT_LPA2.</summary>
public readonly record struct Level : IComparable<Level>
{
    private Level(int number) => Number = number;

    public static Level Minus1 { get; } = new(-1);
    public static Level L0 { get; } = new(0);
    public static Level L1 { get; } = new(1);
    public static Level L2 { get; } = new(2);
    public static Level L3 { get; } = new(3);

    public int Number { get; }

    /// <summary>True at the level where a descriptor of type 0b11 is a page and there is no next level.</summary>
    public bool IsLast => Number == 3;

    public Level Next => IsLast ? throw new InvalidOperationException("level 3 has no next level") : new(Number + 1);

    public static Level Of(int number) =>
        number is >= -1 and <= 3 ? new(number)
            : throw new ArgumentOutOfRangeException(nameof(number), number, "a level is -1 to 3");

    public static bool operator <(Level a, Level b) => a.Number < b.Number;
    public static bool operator >(Level a, Level b) => a.Number > b.Number;
    public static bool operator <=(Level a, Level b) => a.Number <= b.Number;
    public static bool operator >=(Level a, Level b) => a.Number >= b.Number;

    public int CompareTo(Level other) => Number.CompareTo(other.Number);

    public override string ToString() => Number.ToString(CultureInfo.InvariantCulture);
}
