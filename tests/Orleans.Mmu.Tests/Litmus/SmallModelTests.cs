using System.Collections.Immutable;
using Orleans.Mmu.Litmus.Reading;
using Orleans.Mmu.Litmus.Runs;
using Orleans.Mmu.Tests.Shared;

namespace Orleans.Mmu.Tests.Litmus;

/// <summary>
/// Small tests of one rule of Arm's published model each, with the final states that the rule decides.
/// </summary>
public class SmallModelTests
{
    private const string Folder = "cases/litmus";
    private const string Fault = "Fault(P1:L0,x,D-MMU:Translation);", NoFault = "~Fault(P1:L0,x);";

    // An address dependency orders the walk after the load: what the load has seen, the walk does not miss.
    [SharedTheory(Folder)]
    [InlineData("mp-i2v-addr", "1:X0=1; 1:X2=0; " + Fault)]
    [InlineData("obs-i2v-addr", "1:X2=(oa:PA(x)); 1:X4=0; " + Fault)]
    [InlineData("af-addr", "1:X0=1; [x]=1; Fault(P1:L0,x,D-MMU:AccessFlag);")]
    [InlineData("own-tlbi-addr", "0:X5=0; 0:X7=1;")]
    // A fault is an exception entry, which synchronizes the context; a CPU whose faults retry faults once.
    [InlineData("imprecise-cse", "0:X5=3; 0:X7=1; Fault(P0:L0,z,D-MMU:Translation);")]
    [InlineData("imprecise-two-faults",
        "1:X0=1; 1:X2=2; Fault(P1:L0,x,D-MMU:Translation); Fault(P1:L1,y,D-MMU:Translation);")]
    [InlineData("fh-stale", "0:X7=1;")]
    public void A_state_is_not_reached(string name, string state)
    {
        Assert.DoesNotContain(state, States(name));
        Assert.DoesNotContain(state, Run(name, inOrder: true).States);
    }

    // A load of the CPU's own store may take its value before the store is performed; a walk has no such way. In order,
    // the store is performed before the load.
    [SharedFact(Folder)]
    public void A_store_is_forwarded_to_a_load_and_not_to_a_walk()
    {
        const string State = "0:X2=(oa:PA(x)); 0:X4=0; Fault(P0:L0,x,D-MMU:Translation);";
        Assert.Contains(State, States("self-i2v-addr"));
        Assert.DoesNotContain(State, Run("self-i2v-addr", inOrder: true).States);
    }

    [SharedTheory(Folder)]
    // An atomic whose result no register gets is no load for a DSB LD.
    [InlineData("noret-dsbld", "1:X7=1; [f]=3;  " + NoFault)]
    [InlineData("swpzr-dsbld", "1:X7=1; [f]=2;  " + NoFault)]
    // A number of 32 bits is signed.
    [InlineData("negcond", "0:X4=-1;")]
    [InlineData("negcond2", "0:X4=-1; [x]=-1;")]
    [InlineData("negcond3", "[x]=-1;")]
    [InlineData("field-order", "[PTE(x)]=(oa:PA(x), af:0, db:0, valid:0);")]
    [InlineData("two-labels", "1:X2=(oa:PA(x)); 1:X4=0; Fault(P1:{L0,L9},x,D-MMU:Translation);")]
    [InlineData("locs", "0:X3=0; Fault(P0,x,D-MMU:Permission); ~Fault(P0,x,MMU:Translation);")]
    [InlineData("skip",
        "1:X0=0; 1:X6=1; 1:X7=0; Fault(P1:L0,x,D-MMU:Translation); Fault(P1:L1,x,D-MMU:Translation);")]
    [InlineData("skip", "1:X0=0; 1:X6=1; 1:X7=1; Fault(P1:L0,x,D-MMU:Translation); ~Fault(P1:L1,x);")]
    // A handler runs once, and its return runs the instruction again.
    [InlineData("fh-simple", "1:X0=0; 1:X2=5; 1:X5=1; 1:X6=0; " + Fault)]
    [InlineData("fh-eret", "1:X0=1; 1:X5=1; 1:X6=1; " + Fault)]
    // A hardware update may be late, and the access flag may be set for no access.
    [InlineData("ha-access", "0:X0=1; 0:X3=(oa:PA(x), af:0); [PTE(x)]=(oa:PA(x));")]
    [InlineData("ha-early", "0:X0=1; 1:X3=(oa:PA(x)); [PTE(x)]=(oa:PA(x));")]
    [InlineData("ha-spurious-init", "0:X0=1; 0:X3=(oa:PA(x)); [PTE(x)]=(oa:PA(x));")]
    [InlineData("ha-spurious-init", "0:X0=1; 0:X3=(oa:PA(x), af:0); [PTE(x)]=(oa:PA(x), af:0);")]
    [InlineData("ha-spurious-store", "0:X0=1; 0:X3=(oa:PA(x), af:0); [PTE(x)]=(oa:PA(x));")]
    // A CAS that fails may leave the descriptor clean.
    [InlineData("hd-fail", "0:X2=1; [x]=1; [PTE(x)]=(oa:PA(x), db:0, dbm:1);")]
    [InlineData("hd-fail", "0:X2=1; [x]=1; [PTE(x)]=(oa:PA(x), dbm:1);")]
    public void A_state_is_reached(string name, string state) => Assert.Contains(state, States(name));

    // The flag of break-before-make compares each version with every later one, and contents at every moment.
    [SharedTheory(Folder)]
    [InlineData("flag-transitive", "Warning-BBM-expected")]
    [InlineData("flag-contents-later", "Warning-BBM-expected")]
    [InlineData("flag-contents-earlier", "Warning-BBM-expected")]
    [InlineData("flag-not-executed", "")]
    public void A_flag_is_given_for_what_runs(string name, string flags)
    {
        Assert.Equal(flags, string.Join(' ', Run(name).Flags));
        Assert.Equal(flags, string.Join(' ', Run(name, inOrder: true).Flags));
    }

    // A fault comes before an earlier access; a hardware update before an earlier load, and never from an old version.
    [SharedTheory(Folder)]
    [InlineData("early-fault", 4, "0:X4=0; 1:X2=0; " + Fault)]
    [InlineData("early-fault-perm", 4, "0:X4=0; Fault(P1:L0,x,D-MMU:Permission);")]
    [InlineData("hd-early", 4, "0:X0=1; 1:X3=(oa:PA(x), db:0, dbm:1); [PTE(x)]=(oa:PA(x), dbm:1);")]
    [InlineData("hd-stale", 3, "1:X4=(oa:PA(x), dbm:1); [x]=7; [PTE(x)]=(oa:PA(x), dbm:1);")]
    [InlineData("imprecise-early", 6,
        "0:X5=3; 0:X7=1; 0:X8=0; Fault(P0:L0,z,D-MMU:Translation); ~Fault(P0:L1,x);")]
    public void What_comes_early_is_reached_with_all_other_states(string name, int states, string early)
    {
        Assert.Equal(states, States(name).Length);
        Assert.Contains(early, States(name));
    }

    [SharedFact(Folder)]
    public void A_fault_in_a_handler_is_no_run() => Assert.Empty(States("fh-fault-in-handler"));

    private static ImmutableArray<string> States(string name) => Run(name).States;

    private static LitmusResult Run(string name, bool inOrder = false)
    {
        string file = Path.Combine(SharedFolder.Of(Folder), name + ".litmus");
        return LitmusExecution.Run(
            LitmusReader.Parse(file, File.ReadAllText(file)), ets2: false, inOrder, LitmusExecution.UsualMemory,
            CancellationToken.None);
    }
}
