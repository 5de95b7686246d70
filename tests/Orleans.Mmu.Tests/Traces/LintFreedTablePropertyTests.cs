using CsCheck;
using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>Tables that come and go at random, held against what is known of each page by itself.</summary>
public sealed class LintFreedTablePropertyTests
{
    private const int Pages = 3;

    private enum Kind
    {
        Link,
        Unlink,
        Flush,
        Free,
        Allocate,
        Read,
        Write,
    }

    [Fact]
    public void APageIsUsedWhileItIsAllocated()
    {
        int legal = 0, illegal = 0;
        var kinds = Gen.Frequency(
            (3, Gen.Const(Kind.Link)), (3, Gen.Const(Kind.Unlink)), (3, Gen.Const(Kind.Flush)),
            (2, Gen.Const(Kind.Free)), (2, Gen.Const(Kind.Allocate)), (1, Gen.Const(Kind.Read)),
            (1, Gen.Const(Kind.Write)));
        Gen.Select(kinds, Gen.Int[0, Pages - 1]).Array[4, 20].ForAll(steps =>
        {
            var trace = TraceText.Tree(0, t =>
            {
                for (int page = 0; page < Pages; page++)
                    t.Write(Address(page), 2);
            });
            var naive = new Naive();
            bool expected = false;
            foreach (var (kind, page) in steps)
            {
                Add(trace, kind, page, naive.Holds(page));
                expected |= !expected && naive.Breaks(kind, page);
            }

            bool found = trace.Lint(BbmLevel.Level2NoAbort).Violation is not null;
            Assert.Equal(expected, found);
            Interlocked.Increment(ref found ? ref illegal : ref legal);
        }, iter: 3000);
        Assert.True(legal > 100 && illegal > 100, $"{legal} legal and {illegal} illegal");
    }

    private static ulong Address(int page) => TraceText.Pte + (ulong)page * 0x1000;

    private static void Add(TraceText trace, Kind kind, int page, ulong held)
    {
        ulong slot = TraceText.Pmd + (ulong)page * 8;
        string at = $"(address 0x{Address(page):x})";
        switch (kind)
        {
            case Kind.Link:
                trace.Write(slot, Address(page) | 3);
                break;
            case Kind.Unlink:
                trace.Write(slot, 0);
                break;
            case Kind.Flush:
                trace.Dsb().Tlbi("vmalle1is").Dsb();
                break;
            case Kind.Free:
                trace.Add($"mem-free ID {at} (size 0x1000)");
                break;
            case Kind.Allocate:
                trace.Add($"mem-init ID {at} (size 0x1000)");
                break;
            case Kind.Read:
                trace.Add($"mem-read ID {at} (value 0x{held:x})");
                break;
            default:
                trace.Write(Address(page), held + 4);
                break;
        }
    }

    private sealed class Naive
    {
        private readonly ulong[] _held = [2, 2, 2];
        private readonly bool[] _known = [true, true, true];
        private readonly bool[] _linked = new bool[Pages];
        private readonly bool[] _stale = new bool[Pages];
        private readonly bool[] _wasTable = new bool[Pages];
        private readonly bool[] _allocated = new bool[Pages];
        private readonly bool[] _freed = new bool[Pages];

        public ulong Holds(int page) => _held[page];

        public bool Breaks(Kind kind, int page)
        {
            switch (kind)
            {
                case Kind.Link:
                    if (_freed[page])
                        return !_linked[page];
                    (_linked[page], _wasTable[page], _known[page]) = (true, true, true);
                    return false;
                case Kind.Unlink:
                    _stale[page] |= _linked[page];
                    _linked[page] = false;
                    return false;
                case Kind.Flush:
                    Array.Clear(_stale);
                    return false;
                case Kind.Free:
                    if (_freed[page])
                        return true;
                    if (_linked[page] || _stale[page])
                        return _known[page];
                    _freed[page] |= _allocated[page] || (_known[page] && _wasTable[page]);
                    _allocated[page] = false;
                    (_known[page], _wasTable[page], _held[page]) = (false, false, 0);
                    return false;
                case Kind.Allocate:
                    if (_linked[page] || _stale[page])
                        return true;
                    (_allocated[page], _freed[page]) = (true, false);
                    _held[page] = 0;
                    return false;
                case Kind.Read:
                    return _freed[page];
                default:
                    _held[page] += 4;
                    _known[page] = true;
                    return _freed[page];
            }
        }
    }
}
