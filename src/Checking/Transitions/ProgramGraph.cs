using System.Collections.Immutable;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// A CPU's program with the handler of its interrupts: every place where the CPU can stand, and the ways between them.
/// The places of the program alone come first, one before each step and one after the last. There are more only where
/// other CPUs send interrupts, and where a phase that may be skipped leaves a change open or completes it.
/// </summary>
/// <remarks>
/// Taking an interrupt and returning from it are context synchronization events (with SCTLR_EL1.EIS and EOS, which
/// Linux sets): the registers written before are in effect. So the same step of a program may have several places.
/// </remarks>
internal sealed class ProgramGraph
{
    /// <summary>The largest number of places of a CPU.</summary>
    public const int MaxPlaces = 1 << 14;

    private readonly ImmutableArray<ScriptStep> _program;
    private readonly ImmutableArray<ScriptStep> _handler;
    private readonly ImmutableArray<ProgramPoint> _points;
    private readonly ChangeFlow _changes;
    private readonly bool _cnp;
    private readonly bool _isInterrupted;
    private readonly List<ProgramPlace> _places = [];
    private readonly List<ProgramWays> _ways = [];
    private readonly Dictionary<ProgramPlace, int> _numbers = [];

    /// <param name="handler">What the CPU performs in an interrupt.</param>
    /// <param name="isInterrupted">Whether another CPU sends it interrupts.</param>
    /// <param name="cnp">Whether swapper_pg_dir carries CnP.</param>
    /// <param name="changes">How far the program has brought its changes after each step.</param>
    public ProgramGraph(
        ImmutableArray<ScriptStep> program, ImmutableArray<ScriptStep> handler, bool isInterrupted, bool cnp,
        ChangeFlow changes)
    {
        (_program, _handler, _isInterrupted, _cnp, _changes) = (program, handler, isInterrupted, cnp, changes);
        _points = ProgramPoint.Of(program, cnp);
        for (int i = 0, change = 0; i < _points.Length; i++)
        {
            Number(new(i, -1, IsPending: false, Added: 0, change, _points[i]));
            change = i < program.Length ? changes.Next(change, i) : change;
        }

        // More places are found on the way.
        for (int i = 0; i < _places.Count; i++)
            _ways.Add(WaysFrom(_places[i]));
        Places = [.. _places];
        Ways = [.. _ways];
    }

    /// <summary>Every place.</summary>
    public ImmutableArray<ProgramPlace> Places { get; }

    /// <summary>The ways from each place.</summary>
    public ImmutableArray<ProgramWays> Ways { get; }

    /// <summary>Whether a CPU at a place may have added to a word.</summary>
    public bool MayHaveAdded(int place, string word)
    {
        var at = Places[place];
        int additions = 0;
        foreach (var (step, _) in _handler)
        {
            if (step is not AddToWord add)
                continue;
            if (add.Name == word && (at.Added & Bit(additions)) != 0)
                return true;
            additions++;
        }

        return _program[..at.Main].Any(s => s.Step is AddToWord add && add.Name == word);
    }

    /// <summary>The phase of the step at a place; empty at a place without one.</summary>
    public string PhaseAt(int place) => Places[place] is { IsHandling: true } handling
        ? handling.Handler < _handler.Length ? _handler[handling.Handler].Phase : ""
        : Places[place].Main < _program.Length ? _program[Places[place].Main].Phase : "";

    /// <summary>The first step after the phase of a step, in a program.</summary>
    public static int EndOfPhase(ImmutableArray<ScriptStep> program, int step)
    {
        int end = step + 1;
        for (int i = step + 1; i < program.Length; i++)
        {
            if (program[i].Phase == program[step].Phase)
                end = i + 1;
        }

        return end;
    }

    private ProgramWays WaysFrom(ProgramPlace place)
    {
        var point = place.Point;
        int taken = place.MayTake
            ? Number(place with { Handler = 0, IsPending = false, Point = point.TakingInterrupt() }) : -1;
        int sent = _isInterrupted ? Number(place with { IsPending = true }) : -1;
        if (place.IsHandling && place.Handler == _handler.Length)
        {
            var after = place with { Handler = -1, Point = Known(point.Returning(_points[place.Main]), place.Main) };
            return new(null, Number(after), -1, taken, sent);
        }

        if (place.IsHandling)
        {
            var handled = _handler[place.Handler].Step;
            var after = place with { Handler = place.Handler + 1, Point = point.Next(handled, _cnp) };
            if (handled is AddToWord)
                after = after with { Added = place.Added | Bit(AdditionsBefore(place.Handler)) };
            return new(handled, Number(after), -1, taken, sent);
        }

        if (place.Main == _program.Length)
            return new(null, -1, -1, taken, sent);
        var step = _program[place.Main].Step;
        var next = place with
        {
            Main = place.Main + 1,
            Change = _changes.Next(place.Change, place.Main),
            Point = point.Next(step, _cnp),
        };
        if (step is not (SkipUnless or SkipUnlessWord))
            return new(step, Number(next), -1, taken, sent);
        int end = EndOfPhase(_program, place.Main);
        var skipped = place with { Main = end, Point = Known(next.Point, end) };
        return new(step, Number(next), Number(skipped), taken, sent);
    }

    // A place of the program alone where nothing but the access of the step before it differs.
    private ProgramPoint Known(ProgramPoint point, int main) =>
        point.IsSameBetweenSteps(_points[main]) ? _points[main] : point;

    private int Number(ProgramPlace place)
    {
        if (_numbers.TryGetValue(place, out int number))
            return number;
        if (_places.Count == MaxPlaces)
            throw new ModelLimitException(
                $"expected at most {MaxPlaces} places where a CPU may take an interrupt, found more");
        _numbers.Add(place, _places.Count);
        _places.Add(place);
        return _places.Count - 1;
    }

    private int AdditionsBefore(int step) => _handler[..step].Count(s => s.Step is AddToWord);

    private static uint Bit(int addition) => 1u << Math.Min(addition, 31);
}
