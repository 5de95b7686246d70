using CsCheck;
using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// Random writes and flushes of one contiguous group, held against lists of old values for each descriptor.
/// </summary>
public sealed class LintGroupPropertyTests
{
    private const int Members = 16;
    private const ulong Contiguous = 1UL << 52;
    private const ulong ReadOnly = 1UL << 7;
    private const ulong Addresses = 0xffff_ffff_f000;

    private enum Kind
    {
        Write,
        Barrier,
        TlbiOne,
        TlbiAll,
    }

    // What a member becomes: 0 for invalid.
    private sealed record Step(Kind Kind, int First, int Count, ulong Value);

    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Frequency((4, Gen.Const(Kind.Write)), (3, Gen.Const(Kind.Barrier)), (1, Gen.Const(Kind.TlbiOne)),
            (2, Gen.Const(Kind.TlbiAll))),
        Gen.Int[0, Members - 1], Gen.OneOf(1, Members),
        Gen.OneOf(0UL, 0UL, Page(0x4000_0000) | Contiguous, Page(0x4000_0000) | Contiguous | ReadOnly,
            Page(0x4000_0000), Page(0x8000_0000) | Contiguous, Page(0x8000_1000) | Contiguous),
        (kind, first, count, value) => new Step(kind, count == Members ? 0 : first, count, value));

    [Fact]
    public void AGroupIsJudgedAsItsDescriptorsAre()
    {
        int legal = 0, illegal = 0;
        Gen.Select(Steps.Array[3, 14], Gen.OneOf(Enum.GetValues<BbmLevel>())).ForAll((steps, level) =>
        {
            var trace = TraceText.Tree(TraceText.Pte | 3);
            var naive = new Naive(level);
            int events = trace.ToString().Count(c => c == '\n');
            int? expected = null;
            foreach (var step in steps)
            {
                for (int i = step.First; i < step.First + (step.Kind == Kind.Write ? step.Count : 1); i++)
                {
                    ulong value = step.Value == 0 ? 0 : step.Value + ((ulong)i << 12);
                    bool broken = Apply(step.Kind, i, value, trace, naive);
                    if (broken)
                        expected ??= events;
                    events++;
                }
            }

            var found = trace.Lint(level).Violation;
            Assert.True(
                expected == (int?)found?.Event,
                $"expected {expected}, found {found?.Event} {found?.Reason} in\n{trace}");
            Interlocked.Increment(ref found is null ? ref legal : ref illegal);
        }, iter: 3000);
        Assert.True(legal > 100 && illegal > 100, $"{legal} legal and {illegal} illegal");
    }

    private static bool Apply(Kind kind, int member, ulong value, TraceText trace, Naive naive)
    {
        switch (kind)
        {
            case Kind.Write:
                trace.Write(TraceText.Pte + 8 * (ulong)member, value);
                return naive.Write(member, value);
            case Kind.Barrier:
                trace.Dsb();
                naive.Barrier();
                return false;
            case Kind.TlbiOne:
                trace.Tlbi("vaae1is", (ulong)member);
                naive.Tlbi(member);
                return false;
            default:
                trace.Tlbi("vmalle1is");
                for (int i = 0; i < Members; i++)
                    naive.Tlbi(i);
                return false;
        }
    }

    private static ulong Page(ulong output) => TraceText.Page(output);

    private sealed class Naive(BbmLevel level)
    {
        private readonly ulong[] _memory = new ulong[Members];
        private readonly Dictionary<ulong, bool>[] _old =
            [.. Enumerable.Range(0, Members).Select(_ => new Dictionary<ulong, bool>())];
        private readonly HashSet<(int Member, ulong Value)> _named = [];

        // Whether the write breaks a rule.
        public bool Write(int member, ulong value)
        {
            ulong before = _memory[member];
            bool broken = value != before && (value & 1) != 0 && IsBroken(member, value, before);
            _memory[member] = value;
            if (before != value && (before & 1) != 0)
            {
                _old[member][before] = false;
                _named.Remove((member, before));
            }

            return broken;
        }

        public void Barrier()
        {
            foreach (var (member, value) in _named)
                _old[member].Remove(value);
            _named.Clear();
            foreach (var old in _old)
            {
                foreach (ulong value in old.Keys.ToList())
                    old[value] = true;
            }
        }

        public void Tlbi(int member)
        {
            foreach (var (value, ordered) in _old[member])
            {
                if (ordered && !ComesBack(member, value))
                    _named.Add((member, value));
            }
        }

        // A walk of another member makes an entry for this one's address, too, whatever its permissions.
        private bool ComesBack(int member, ulong value) => (value & Contiguous) != 0
            && Others(member).Any(other => IsSameGroup(_memory[other], other, value, member)
                || _old[other].Any(o => !o.Value && IsSameGroup(o.Key, other, value, member)));

        private bool IsBroken(int member, ulong value, ulong before)
        {
            bool fresh = (before & 1) == 0 && _old[member].Count == 0;
            bool address = (value & Contiguous) != 0 && (value >> 12) % Members != (ulong)member;
            bool contiguous = false, permission = false;
            List<ulong> own = [.. _old[member].Keys];
            if ((before & 1) != 0)
                own.Add(before);
            foreach (ulong old in own)
                Compare(old, member, permissionCounts: false);
            foreach (int other in Others(member))
            {
                if (Matters(_memory[other]))
                    Compare(_memory[other], other, fresh);
                foreach (ulong old in _old[other].Keys.Where(Matters))
                    Compare(old, other, permissionCounts: false);
            }

            return address || (level == BbmLevel.Level0 && (contiguous || permission));

            bool Matters(ulong other) => (other & 1) != 0 && ((other | value) & Contiguous) != 0;

            void Compare(ulong other, int at, bool permissionCounts)
            {
                address |= Base(other, at) != Base(value, member);
                contiguous |= ((other ^ value) & Contiguous) != 0;
                permission |= permissionCounts && ((other ^ value) & ReadOnly) != 0;
            }
        }

        private static bool IsSameGroup(ulong a, int memberOfA, ulong b, int memberOfB) =>
            (a & b & 1) != 0 && (a & b & Contiguous) != 0 && Base(a, memberOfA) == Base(b, memberOfB);

        private static ulong Base(ulong value, int member) => (value & Addresses) - ((ulong)member << 12);

        private static IEnumerable<int> Others(int member) => Enumerable.Range(0, Members).Where(i => i != member);
    }
}
